package io.bulkhead.sink;

import io.bulkhead.sink.SinkSettings.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// TLS of the JDK's to a server whose certificate must be for its name. The files are read at each connection, so that
/// new ones count without a restart.
final class TlsClient {

    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private TlsClient() {}

    static SSLSocket wrap(Socket plain, String host, int port, Tls tls) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(
                    tls.authorities().isPresent()
                            ? authorities(tls.authorities().get())
                            : null);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own(tls), new char[0]);
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            return socket;
        } catch (GeneralSecurityException broken) {
            throw new IOException("TLS cannot be set up: " + broken.getMessage(), broken);
        }
    }

    private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        int count = 0;
        for (Certificate certificate : certificates(file)) {
            store.setCertificateEntry("authority-" + count++, certificate);
        }
        return store;
    }

    private static KeyStore own(Tls tls) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        if (tls.certificate().isPresent() && tls.key().isPresent()) {
            Certificate[] chain = certificates(tls.certificate().get()).toArray(Certificate[]::new);
            store.setKeyEntry("own", key(tls.key().get()), new char[0], chain);
        }
        return store;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (read.isEmpty()) {
                throw new IOException(file + ": there is no certificate in it");
            }
            return read;
        }
    }

    /// PKCS#8, as openssl writes it.
    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        String pem = Files.readString(file, StandardCharsets.US_ASCII);
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(file + ": there is no `" + BEGIN + "` in it (openssl pkcs8 -topk8 -nocrypt)");
        }
        var bytes = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end)));
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(bytes);
            } catch (InvalidKeySpecException _) {
                // of another kind
            }
        }
        throw new IOException(file + ": the key is neither RSA, nor EC, nor Ed25519");
    }
}
