package io.bulkhead.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.authn.Authority.Issued;
import io.bulkhead.authn.TlsServer.Asks;
import io.bulkhead.http.Exchange;
import io.bulkhead.http.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of a real listener, with certificates that openssl made.
@Timeout(60)
class MutualTlsTest {

    @TempDir
    private Path directory;

    private Authority authority;
    private TlsServer server;

    @BeforeEach
    void begin() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs openssl");
        authority = new Authority(directory.resolve("ca"), "authority");
        server = start(Optional.empty());
    }

    private TlsServer start(Optional<Path> crl) throws IOException {
        return start(crl, TlsServer::subject, Limits.STANDARD);
    }

    private TlsServer start(Optional<Path> crl, io.bulkhead.http.Handler handler, Limits limits) throws IOException {
        Path home = Files.createTempDirectory(directory, "server");
        return new TlsServer(home, Asks.CERTIFICATE, crl, authority, handler, limits);
    }

    private void restart(Optional<Path> crl) throws IOException {
        server.close();
        server = start(crl);
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
    }

    private String ask(Issued client) throws Exception {
        try (var connection = server.connect(client)) {
            return connection.get("/").answer();
        }
    }

    /// Refused before a byte of an answer, and on the record with the reason.
    private void refused(Issued client, String reason) throws Exception {
        assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
        assertThat(server.recordWith(reason))
                .contains("nobody:127.0.0.1")
                .contains("\"operation\":\"connect\"")
                .contains("NO_IDENTITY")
                .contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aCertificateIsItsNames(String protocol) throws Exception {
        Issued ci = authority.issue(
                "/O=builders/O=other/CN=ci",
                "extendedKeyUsage=clientAuth\nsubjectAltName=DNS:ci.example,URI:spiffe://a/b,email:a@b.example,IP:192.0.2.7");

        try (var client = server.connect(Optional.of(ci), protocol)) {
            assertThat(client.get("/").answer())
                    .contains("commonName=ci, organizations=[builders, other]")
                    .contains("DNS:ci.example, URI:spiffe://a/b, EMAIL:a@b.example, IP:192.0.2.7")
                    .containsPattern("fingerprint=[0-9a-f]{64}, address=Optional\\[127.0.0.1]");
        }
    }

    @Test
    void aCertificateWithoutLimitsOfUseIsTaken() throws Exception {
        assertThat(ask(authority.issue("/CN=any", "basicConstraints=CA:FALSE"))).contains("commonName=any");
    }

    @Test
    void noCertificateIsRefused() throws Exception {
        assertThatThrownBy(() -> {
                    try (var client = server.connect(Optional.empty(), "TLSv1.3")) {
                        client.get("/").answer();
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(server.recordWith("no client certificate")).contains("no client certificate was shown");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedWhateverItSays() throws Exception {
        var other = new Authority(directory.resolve("other"), "authority");

        refused(other.client("/CN=ci"), "vouches");
    }

    @Test
    void itsOwnAuthorityMakesNobodyTrusted() throws Exception {
        authority.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "10",
                "-subj",
                "/CN=ci",
                "-keyout",
                "self-key.pem",
                "-out",
                "self.pem");
        Path home = directory.resolve("ca");

        refused(new Issued(home.resolve("self.pem"), home.resolve("self-key.pem")), "vouches");
    }

    @Test
    void aClientCannotSignForAnother() throws Exception {
        Issued mallory = authority.client("/CN=mallory");
        Path home = directory.resolve("ca");
        authority.openssl(
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-config",
                "settings",
                "-subj",
                "/CN=root",
                "-keyout",
                "forged-key.pem",
                "-out",
                "forged.csr");
        authority.openssl(
                "x509",
                "-req",
                "-in",
                "forged.csr",
                "-CA",
                mallory.certificate().toString(),
                "-CAkey",
                mallory.key().toString(),
                "-days",
                "1",
                "-CAcreateserial",
                "-out",
                "forged.pem");
        Files.writeString(
                home.resolve("forged.pem"),
                Files.readString(home.resolve("forged.pem")) + Files.readString(mallory.certificate()));
        Files.setPosixFilePermissions(
                home.resolve("forged-key.pem"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));

        refused(new Issued(home.resolve("forged.pem"), home.resolve("forged-key.pem")), "CN=root");
    }

    @Test
    void expiredAndNotYetValidOnesAreRefused() throws Exception {
        Instant now = Instant.now();

        refused(
                authority.issue("/CN=old", "extendedKeyUsage=clientAuth", now.minusSeconds(7200), Duration.ofHours(1)),
                "it expired at");
        refused(
                authority.issue("/CN=new", "extendedKeyUsage=clientAuth", now.plusSeconds(3600), Duration.ofHours(1)),
                "it is not valid before");
    }

    @Test
    void oneForServersIsRefused() throws Exception {
        refused(authority.issue("/CN=web", "extendedKeyUsage=serverAuth"), "Extended key usage");
    }

    @Test
    void oneThatNamesNobodyOrSeveralIsRefused() throws Exception {
        refused(authority.client("/O=builders"), "no CN");
        refused(authority.client("/CN=ci/CN=root"), "more than one CN");
    }

    @Test
    void aRevokedOneIsRefusedFromTheNextListOn() throws Exception {
        Issued ci = authority.client("/CN=ci");
        Issued cd = authority.client("/CN=cd");
        restart(Optional.of(authority.revocations()));
        try (var open = server.connect(ci)) {
            assertThat(open.get("/").answer()).contains("commonName=ci");

            authority.revoke(ci);
            authority.revocations();

            assertThat(open.get("/").answer()).startsWith("HTTP/1.1 401 ").contains("revoked");
            assertThat(open.rest()).as("the connection ends").isEmpty();
        }
        refused(ci, "revoked");
        assertThat(ask(cd)).contains("commonName=cd");
    }

    /// A session that is taken up again has no handshake in which a certificate would be looked at.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aRevokedOneIsRefusedInAResumedSession(String protocol) throws Exception {
        Issued ci = authority.client("/CN=ci");
        restart(Optional.of(authority.revocations()));
        try (var first = server.connect(Optional.of(ci), protocol)) {
            assertThat(first.get("/").answer()).contains("commonName=ci");
            long begun = first.socket().getSession().getCreationTime();
            try (var second = first.again()) {
                assertThat(second.get("/").answer()).contains("commonName=ci");
                assertThat(second.socket().getSession().getCreationTime())
                        .as("it is resumed")
                        .isEqualTo(begun);
            }
            authority.revoke(ci);
            authority.revocations();

            try (var third = first.again()) {
                assertThat(third.get("/").answer()).startsWith("HTTP/1.1 401 ").contains("revoked");
            }
        }
    }

    @Test
    void withAListOutOfDateNobodyIsTaken() throws Exception {
        Issued ci = authority.client("/CN=ci");
        restart(Optional.of(authority.staleRevocations()));

        refused(ci, "says whether it is revoked");
        assertThat(server.files.problems()).anyMatch(problem -> problem.contains("out of date since 2020-02-01"));
    }

    @Test
    void anExpiredOneIsRefusedForTheNextRequestOnItsConnection() throws Exception {
        Issued brief = authority.issue(
                "/CN=brief", "extendedKeyUsage=clientAuth", Instant.now().minusSeconds(60), Duration.ofSeconds(63));
        try (var client = server.connect(brief)) {
            assertThat(client.get("/").answer()).contains("commonName=brief");
            Thread.sleep(4000);

            assertThat(client.get("/").answer()).startsWith("HTTP/1.1 401 ").contains("it expired at");
        }
    }

    @Test
    void anotherAuthorityCountsAtOnce() throws Exception {
        Issued ci = authority.client("/CN=ci");
        var next = new Authority(directory.resolve("next"), "next");
        try (var open = server.connect(ci)) {
            assertThat(open.get("/").answer()).contains("commonName=ci");

            Files.copy(next.certificate(), authority.certificate(), StandardCopyOption.REPLACE_EXISTING);

            assertThat(open.get("/").answer()).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void aNewServerCertificateIsShownFromTheNextHandshakeOnAndABrokenOneIsNot() throws Exception {
        Issued ci = authority.client("/CN=ci");
        String before = shownSerial(ci);
        Issued next = authority.server();

        // One without the other is a pair that does not fit.
        Files.copy(next.certificate(), server.server.certificate(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(shownSerial(ci)).isEqualTo(before);
        assertThat(server.files.problems())
                .anyMatch(problem ->
                        problem.contains("not that of its certificate") && problem.contains("stays in force"));

        Files.copy(next.key(), server.server.key(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(shownSerial(ci)).isNotEqualTo(before);
        assertThat(server.files.problems()).allMatch(problem -> problem.contains("expires at"));

        Files.writeString(authority.certificate(), "nonsense");
        try (var client = TlsClient.connect(server.port(), keptAuthority(), Optional.of(ci), "TLSv1.3")) {
            assertThat(client.get("/").answer()).contains("commonName=ci");
        }
    }

    private Path keptAuthority() throws IOException {
        // The authority signed itself; its certificate is in the server's chain no more.
        return Files.copy(kept, directory.resolve("kept.pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path kept;

    @BeforeEach
    void keepTheAuthority() throws IOException {
        kept = Files.copy(authority.certificate(), directory.resolve("ca-kept.pem"));
    }

    private String shownSerial(Issued client) throws Exception {
        try (var connection = server.connect(client)) {
            connection.get("/").answer();
            return ((java.security.cert.X509Certificate)
                            connection.socket().getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString();
        }
    }

    @Test
    void plainHttpIsToldSo() throws Exception {
        try (var plain = server.plain()) {
            plain.getOutputStream().write("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer)
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("Client sent an HTTP request to an HTTPS server.\n");
        }
        assertThat(server.recordWith("without TLS")).contains("HTTP without TLS on the TLS port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    void oldVersionsAreRefused(String version) throws Exception {
        Issued ci = authority.client("/CN=ci");

        String said = sClient(ci, "", version, "-cipher", "ALL:@SECLEVEL=0");

        assertThat(said).containsAnyOf("alert protocol version", "no protocols available", "unsupported protocol");
        assertThat(said).doesNotContain("HTTP/1.1 200");
    }

    @Test
    void aClientCannotRenegotiate() throws Exception {
        Issued ci = authority.client("/CN=ci");

        String said = sClient(ci, "R\nGET / HTTP/1.1\r\nHost: d\r\n\r\n", "-tls1_2");

        assertThat(said).contains("RENEGOTIATING").doesNotContain("HTTP/1.1 200");
        assertThat(ask(ci)).contains("commonName=ci");
    }

    private String sClient(Issued client, String input, String... more) throws Exception {
        var command = new ArrayList<>(List.of(
                "timeout",
                "10",
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + server.port(),
                "-CAfile",
                kept.toString(),
                "-cert",
                client.certificate().toString(),
                "-key",
                client.key().toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            Thread.sleep(500);
            in.write(input.getBytes(StandardCharsets.US_ASCII));
            in.flush();
            Thread.sleep(1000);
        } catch (IOException _) {
            // It has ended already.
        }
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aHugeChainIsRefused() throws Exception {
        Issued ci = authority.client("/CN=ci");
        var many = new StringBuilder(Files.readString(ci.certificate()));
        for (int i = 0; i < 40; i++) {
            many.append(Files.readString(authority.client("/CN=link" + i).certificate()));
        }
        Path chain = directory.resolve("chain.pem");
        Files.writeString(chain, many);

        assertThatThrownBy(() -> ask(new Issued(chain, ci.key()))).isInstanceOf(IOException.class);
        assertThat(ask(ci)).contains("commonName=ci");
    }

    @Test
    void whoDoesNotIntroduceThemselvesIsCut() throws Exception {
        server.close();
        server = start(Optional.empty(), TlsServer::subject, limits(8, Duration.ofMillis(700)));
        try (var silent = server.plain();
                var halfHello = server.plain()) {
            halfHello.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
            silent.setSoTimeout(10_000);

            long begin = System.nanoTime();
            assertThat(silent.getInputStream().readAllBytes()).hasSizeLessThan(10);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isLessThan(8000);
        }
        assertThat(server.recordWith("did not end in time")).contains("did not end in time");
    }

    private static Limits limits(int strangers, Duration introduction) {
        Limits usual = Limits.STANDARD;
        return new Limits(
                usual.headBytes(),
                usual.connections(),
                usual.idle(),
                usual.body(),
                usual.linger(),
                strangers,
                introduction);
    }

    /// A flood of connections that never say who they are keeps out others of that kind, and nobody who is known.
    @Test
    void aFloodOfHalfOpenConnectionsTakesNoPlaceFromOthers() throws Exception {
        server.close();
        server = start(Optional.empty(), TlsServer::subject, limits(8, Duration.ofSeconds(3)));
        Issued ci = authority.client("/CN=ci");
        try (var known = server.connect(ci)) {
            assertThat(known.get("/").answer()).contains("commonName=ci");
            var flood = new ArrayList<java.net.Socket>();
            for (int i = 0; i < 300; i++) {
                flood.add(server.plain());
            }

            assertThat(known.get("/").answer()).contains("commonName=ci");
            assertThat(io.bulkhead.http.Probe.get(server.socket(), "/")).contains("UnixUser[uid=");
            assertThatThrownBy(() -> ask(ci)).isInstanceOf(IOException.class);
            for (java.net.Socket each : flood) {
                each.close();
            }
        }
        Thread.sleep(500);
        assertThat(ask(ci)).as("there is room again").contains("commonName=ci");
        assertThat(server.record().lines().count())
                .as("a flood is not a flood of the record")
                .isLessThan(60);
    }

    @Test
    void requestSmugglingIsRefusedAsOnTheUnixSocket() throws Exception {
        try (var client = server.connect(authority.client("/CN=ci"))) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET ");

            assertThat(client.answer()).startsWith("HTTP/1.1 400 ");
            assertThat(client.rest()).isEmpty();
        }
    }

    /// `docker attach` ends its side with a close_notify and reads on.
    @Test
    void aRawConnectionCanBeEndedOneSideAtATime() throws Exception {
        server.close();
        server = start(Optional.empty(), MutualTlsTest::echoAtTheEnd, Limits.STANDARD);
        assertThat(endedAfterHello("TLSv1.3")).isEqualTo("all of it: hello");
    }

    /// RFC 5246 section 7.2.1 has the server discard what it would still write, and the JDK does:
    /// docs/authentication.md.
    @Test
    void withAnOldVersionItEndsOnBothSidesAtOnce() throws Exception {
        server.close();
        server = start(Optional.empty(), MutualTlsTest::echoAtTheEnd, Limits.STANDARD);
        assertThat(endedAfterHello("TLSv1.2")).isEmpty();
    }

    private String endedAfterHello(String protocol) throws Exception {
        try (var client = server.connect(Optional.of(authority.client("/CN=ci")), protocol)) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 101 ");
            client.send("hello");
            client.socket().shutdownOutput();
            return client.rest();
        }
    }

    private static void echoAtTheEnd(Exchange exchange) throws IOException {
        try (var raw = exchange.upgrade("application/vnd.docker.raw-stream")) {
            String all = new String(raw.input().readAllBytes(), StandardCharsets.UTF_8);
            raw.output().write(("all of it: " + all).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aClientThatGoesIsNoticedWhileNothingIsSaid() throws Exception {
        var gone = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        server.close();
        server = start(
                Optional.empty(),
                exchange -> {
                    exchange.whenDisconnected(gone::countDown);
                    var _ = exchange.stream(200, "text/plain");
                    begun.countDown();
                    try {
                        assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException interrupted) {
                        throw new IOException(interrupted);
                    }
                },
                Limits.STANDARD);
        try (var client = server.connect(authority.client("/CN=ci"))) {
            client.get("/");
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLargeAnswerAndBodyComeThroughWhole() throws Exception {
        server.close();
        server = start(
                Optional.empty(),
                exchange -> exchange.answer(200, "text/plain", exchange.body().readAllBytes()),
                Limits.STANDARD);
        String body = "0123456789abcdef".repeat(200_000);
        try (var client = server.connect(authority.client("/CN=ci"))) {
            for (int i = 0; i < 3; i++) {
                client.send("POST / HTTP/1.1\r\nHost: d\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

                assertThat(client.answer()).endsWith("\r\n\r\n" + body);
            }
        }
    }
}
