package io.bulkhead.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A self-signed certificate, made by the JDK's keytool.
final class TestCertificate {

    private static final char[] PASSWORD = "for-the-test".toCharArray();
    private static final String ALIAS = "server";

    private final KeyStore keys;

    private TestCertificate(KeyStore keys) {
        this.keys = keys;
    }

    /// @param names as keytool's `san` extension takes them, for example `dns:localhost`
    /// @param start as keytool's `-startdate`; it is valid for ten days from then on
    static TestCertificate make(Path directory, String names, String start) throws Exception {
        Path store = Files.createTempDirectory(directory, "keys").resolve("store.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "san=" + names,
                        "-startdate",
                        start,
                        "-validity",
                        "10",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return new TestCertificate(keys);
    }

    static TestCertificate forLoopback(Path directory) throws Exception {
        return make(directory, "dns:localhost,ip:127.0.0.1", "-1d");
    }

    SSLContext serverContext() throws GeneralSecurityException {
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    X509Certificate certificate() throws GeneralSecurityException {
        return (X509Certificate) keys.getCertificate(ALIAS);
    }

    PrivateKey key() throws GeneralSecurityException {
        return (PrivateKey) keys.getKey(ALIAS, PASSWORD);
    }

    void writeCertificate(Path file) throws GeneralSecurityException, IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, pem("CERTIFICATE", certificate().getEncoded()));
    }

    void writeKey(Path file) throws GeneralSecurityException, IOException {
        Files.writeString(file, pem("PRIVATE KEY", key().getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }
}
