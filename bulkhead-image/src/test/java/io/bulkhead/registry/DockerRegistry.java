package io.bulkhead.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The distribution's docker-registry on a loopback port with TLS.
final class DockerRegistry implements AutoCloseable {

    static final String USER = "alice";
    static final String PASSWORD = "correct horse";

    /// bcrypt, the one kind the registry takes.
    private static final String HTPASSWD = USER + ":$2b$05$CCCCCCCCCCCCCCCCCCCCC.WrAwgFxicHZ3kL7zMvXYXHKosDn8ot2\n";

    private final Process process;
    private final int port;

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static boolean isInstalled() {
        return Files.isExecutable(Path.of("/usr/bin/docker-registry"));
    }

    static DockerRegistry withPasswords(Path directory, TestCertificate certificate) throws Exception {
        Path passwords = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        return start(directory, certificate, "{htpasswd: {realm: test, path: " + passwords + "}}");
    }

    static DockerRegistry withTokens(Path directory, TestCertificate certificate, String realm, TestCertificate signer)
            throws Exception {
        Path bundle = directory.resolve("signer.crt");
        signer.writeCertificate(bundle);
        return start(
                directory,
                certificate,
                "{token: {realm: \"" + realm + "\", service: test-registry, issuer: test-issuer, rootcertbundle: "
                        + bundle + "}}");
    }

    private static DockerRegistry start(Path directory, TestCertificate certificate, String auth) throws Exception {
        int port = freePort();
        Path cert = directory.resolve("server.crt");
        Path key = directory.resolve("server.key");
        certificate.writeCertificate(cert);
        certificate.writeKey(key);
        Path config = Files.writeString(
                directory.resolve("config.yml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d", tls: {certificate: %s, key: %s}}
                auth: %s
                """.formatted(directory.resolve("data"), port, cert, key, auth));
        Path log = directory.resolve("registry-" + port + ".log");
        Process process = new ProcessBuilder("/usr/bin/docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var registry = new DockerRegistry(process, port);
        registry.await(log);
        return registry;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(Path log) throws Exception {
        for (int i = 0; i < 300 && process.isAlive(); i++) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                Thread.sleep(50);
            }
        }
        close();
        throw new IllegalStateException("docker-registry does not start: " + Files.readString(log));
    }

    /// As it stands in an image's name.
    String host() {
        return "localhost:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        if (!process.onExit()
                .completeOnTimeout(process, 10, TimeUnit.SECONDS)
                .join()
                .isAlive()) {
            return;
        }
        process.destroyForcibly().onExit().join();
    }
}
