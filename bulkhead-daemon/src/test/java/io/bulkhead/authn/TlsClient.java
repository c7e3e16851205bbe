package io.bulkhead.authn;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A client of the JDK's that sends exactly what it is told to.
final class TlsClient implements AutoCloseable {

    private final SSLContext context;
    private final SSLSocket socket;

    private TlsClient(SSLContext context, SSLSocket socket) {
        this.context = context;
        this.socket = socket;
    }

    static TlsClient connect(int port, Path authority, Optional<Authority.Issued> client, String protocol)
            throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(
                client.isPresent() ? keys(client.get()) : null, trust(authority).getTrustManagers(), null);
        return connect(port, context, protocol);
    }

    /// Once more, with the session of before if the server takes it.
    TlsClient again() throws IOException {
        return connect(socket.getPort(), context, socket.getEnabledProtocols()[0]);
    }

    private static TlsClient connect(int port, SSLContext context, String protocol) throws IOException {
        var plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setSoTimeout(20_000);
        return new TlsClient(context, socket);
    }

    private static KeyManager[] keys(Authority.Issued client) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var chain = Pem.certificates(client.certificate());
        store.setKeyEntry(
                "client", Pem.key(client.key(), chain.getFirst().getPublicKey()), new char[0], new Certificate[] {
                    chain.getFirst()
                });
        var factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, new char[0]);
        return new KeyManager[] {
            new Stubborn(
                    (javax.net.ssl.X509ExtendedKeyManager) factory.getKeyManagers()[0],
                    chain.toArray(new X509Certificate[0]))
        };
    }

    private static TrustManagerFactory trust(Path authority) throws Exception {
        var trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        try (var in = new FileInputStream(authority.toFile())) {
            trust.setCertificateEntry(
                    "ca",
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trust);
        return factory;
    }

    SSLSocket socket() {
        return socket;
    }

    TlsClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    TlsClient get(String path, String... headers) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: d\r\n" + String.join("", lines(headers)) + "\r\n");
    }

    private static String[] lines(String... headers) {
        String[] lines = headers.clone();
        java.util.Arrays.setAll(lines, i -> headers[i] + "\r\n");
        return lines;
    }

    /// Head and body of an answer with a Content-Length.
    String answer() throws IOException {
        var read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the server ended after: " + read);
            }
            read.write(next);
        }
        int length = read.toString(StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        read.write(socket.getInputStream().readNBytes(length));
        return read.toString(StandardCharsets.ISO_8859_1);
    }

    /// All there is until the server ends its side.
    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
