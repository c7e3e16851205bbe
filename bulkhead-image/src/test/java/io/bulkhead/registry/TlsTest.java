package io.bulkhead.registry;

import static io.bulkhead.registry.HttpsTestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Images.Credentials;
import io.bulkhead.name.ImageName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TlsTest extends TestServerFixture {

    @Test
    void anUnknownCertificateIsRefusedWithTheCure() throws Exception { // CVE-2025-6032
        try (var server = start(exchange -> send(exchange, 200, MANIFEST))) {
            Path certificates = directory.resolve("certs.d");
            var client = new RegistryClient(config(certificates));
            try (var remote = client.open(name(server), new Credentials.None())) {
                refused(
                        () -> remote.manifest("v1"),
                        Reason.REGISTRY,
                        server.host() + ": x509: certificate signed by unknown authority (to trust its CA, put the"
                                + " certificate into " + certificates.resolve(server.host()) + "/ca.crt)");
            }
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        var other = TestCertificate.make(directory, "dns:registry.example.com", "-1d");
        try (var server = HttpsTestServer.start(other, exchange -> send(exchange, 200, MANIFEST))) {
            other.writeCertificate(
                    directory.resolve("certs.d").resolve(server.host()).resolve("ca.crt"));
            try (var remote = new RegistryClient(config(directory.resolve("certs.d")))
                    .open(name(server), new Credentials.None())) {
                refused(() -> remote.manifest("v1"), Reason.REGISTRY, "x509: certificate is valid for other names");
            }
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        var old = TestCertificate.make(directory, "dns:localhost", "-30d");
        try (var server = HttpsTestServer.start(old, exchange -> send(exchange, 200, MANIFEST))) {
            old.writeCertificate(
                    directory.resolve("certs.d").resolve(server.host()).resolve("ca.crt"));
            try (var remote = new RegistryClient(config(directory.resolve("certs.d")))
                    .open(name(server), new Credentials.None())) {
                refused(() -> remote.manifest("v1"), Reason.REGISTRY, "x509: certificate has expired");
            }
        }
    }

    @Test
    void aPlainServerIsRefused() throws Exception {
        try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerInPlain(listener));
            var name = ImageName.parse("localhost:" + listener.getLocalPort() + "/team/app");
            try (var remote = new RegistryClient(config(directory.resolve("certs.d"))).open(name, ALICE)) {
                refused(() -> remote.manifest("v1"), Reason.REGISTRY, "server gave HTTP response to HTTPS client");
            }
        }
    }

    @Test
    void aServerThatIsSilentOrHangsUpInsteadOfTlsIsToldToNeedIt() throws Exception {
        try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var name = ImageName.parse("localhost:" + listener.getLocalPort() + "/team/app");
            try (var remote = new RegistryClient(config(directory.resolve("certs.d"))).open(name, ALICE)) {
                refused(
                        () -> remote.manifest("v1"),
                        Reason.REGISTRY,
                        "no encrypted connection in time; registries are reached by HTTPS only");
                Thread.ofVirtual().start(() -> hangUpOnEveryone(listener));
                refused(
                        () -> remote.manifest("v1"),
                        Reason.REGISTRY,
                        "the connection broke: Remote host terminated the handshake; registries are reached by HTTPS"
                                + " only");
            }
        }
    }

    @Test
    void aCaFileThatDoesNotReadIsNamed() throws Exception {
        try (var server = start(exchange -> send(exchange, 200, MANIFEST))) {
            Path file = directory.resolve("certs.d").resolve(server.host()).resolve("ca.crt");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "-----BEGIN CERTIFICATE-----\nbroken");

            refused(() -> open(server, ALICE), Reason.REGISTRY, file + ": it does not read as PEM certificates");
        }
    }

    private static void hangUpOnEveryone(ServerSocket listener) {
        try {
            while (true) {
                listener.accept().close();
            }
        } catch (IOException _) {
            // The test has seen enough.
        }
    }

    private static void answerInPlain(ServerSocket listener) {
        try (var socket = listener.accept()) {
            socket.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        } catch (IOException _) {
            // The client went away, as it should.
        }
    }
}
