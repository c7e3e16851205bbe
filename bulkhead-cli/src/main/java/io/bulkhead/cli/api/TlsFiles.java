package io.bulkhead.cli.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// `ca.pem`, `cert.pem` and `key.pem`, read by the JDK.
final class TlsFiles {

    private static final char[] NO_PASSWORD = {};
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private TlsFiles() {}

    static SSLContext context(Endpoint.Secure endpoint) {
        try {
            var context = SSLContext.getInstance("TLS");
            KeyManager @Nullable [] keys = endpoint.certificate().isPresent()
                    ? keys(endpoint.certificate().get())
                    : null;
            TrustManager @Nullable [] trust = endpoint.authority().isPresent()
                    ? trust(endpoint.authority().get())
                    : null;
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new ApiException(0, "TLS cannot be prepared: " + failure.getMessage());
        }
    }

    private static TrustManager[] trust(Path authority) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int count = 0;
        for (Certificate each : certificates(authority)) {
            store.setCertificateEntry("ca" + count++, each);
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(Endpoint.Certificate files) throws GeneralSecurityException, IOException {
        Certificate[] chain = certificates(files.chain()).toArray(Certificate[]::new);
        String text = new String(read(files.key()), StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END, Math.max(0, begin));
        if (begin < 0 || end < 0) {
            throw new ApiException(
                    0,
                    files.key() + ": no private key in PKCS #8 without a password: make one of it with openssl pkcs8 "
                            + "-topk8 -nocrypt");
        }
        KeyStore store = empty();
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            var key = KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
            store.setKeyEntry("client", key, NO_PASSWORD, chain);
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            // Without the cause: what it quotes may be the key's.
            throw new ApiException(0, files.key() + ": this is not the key of " + files.chain());
        }
        var factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> found =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
        if (found.isEmpty()) {
            throw new ApiException(0, file + ": there is no certificate in it");
        }
        return found;
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            throw new ApiException(0, file + ": there is no such file");
        }
    }
}
