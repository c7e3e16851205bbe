package io.bulkhead.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.authn.TlsServer.Asks;
import io.bulkhead.http.Limits;
import io.bulkhead.http.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens over TLS and over the unix socket of a real server.
@Timeout(60)
class BearerTest {

    @TempDir
    private Path directory;

    private Authority authority;
    private TlsServer server;

    @BeforeEach
    void begin() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs openssl");
        authority = new Authority(directory.resolve("ca"), "authority");
        server = start(Asks.CERTIFICATE_OR_TOKEN);
    }

    private TlsServer start(Asks asks) throws IOException {
        Path home = Files.createTempDirectory(directory, "server");
        return new TlsServer(home, asks, Optional.empty(), authority, TlsServer::subject, Limits.STANDARD);
    }

    private void restart(Asks asks) throws IOException {
        server.close();
        server = start(asks);
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
    }

    private String token(String name) {
        return server.tokens
                .create(name, "operator", "unix:0", Optional.empty())
                .secret()
                .reveal();
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    private String overTls(String path, String... headers) throws Exception {
        try (var client = server.connect(Optional.empty(), "TLSv1.3")) {
            return client.get(path, headers).answer();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CERTIFICATE_OR_TOKEN", "TOKEN"})
    void aTokenIsEnoughWhereTokensAreTaken(String asks) throws Exception {
        restart(Asks.valueOf(asks));

        assertThat(overTls("/", bearer(token("deploy"))))
                .contains("Token[name=deploy")
                .contains("role=operator");
    }

    @Test
    void nothingAtAllIsRefused() throws Exception {
        assertThat(overTls("/"))
                .startsWith("HTTP/1.1 401 ")
                .contains("WWW-Authenticate: Bearer\r\n")
                .contains("Connection: close\r\n")
                .contains("neither a client certificate nor a token was shown");
        assertThat(server.record()).contains("nobody:127.0.0.1").contains("GET / from 127.0.0.1");
    }

    @Test
    void aCertificateStillCountsAndATokenTakesItsPlace() throws Exception {
        String token = token("deploy");
        try (var client = server.connect(authority.client("/CN=ci"))) {
            assertThat(client.get("/").answer()).contains("commonName=ci");
            assertThat(client.get("/", bearer(token)).answer())
                    .contains("Token[name=deploy")
                    .doesNotContain("commonName");
            assertThat(client.get("/").answer()).contains("commonName=ci");
        }
    }

    @Test
    void aWrongCertificateIsRefusedThoughNoneWouldDo() throws Exception {
        var other = new Authority(directory.resolve("other"), "authority");

        assertThatThrownBy(() -> {
                    try (var client = server.connect(other.client("/CN=ci"))) {
                        client.get("/", bearer(token("deploy"))).answer();
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void whereTokensAreNotTakenOneTakesTheCertificateDownWithIt() throws Exception {
        restart(Asks.CERTIFICATE);
        String token = token("deploy");
        try (var client = server.connect(authority.client("/CN=ci"))) {
            assertThat(client.get("/", bearer(token)).answer())
                    .startsWith("HTTP/1.1 401 ")
                    .contains("tcp.tokens");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void overTheUnixSocketATokenTakesTheUsersPlace() throws Exception {
        assertThat(Probe.get(server.socket(), "/")).contains("UnixUser[uid=");
        assertThat(Probe.get(server.socket(), "/", bearer(token("deploy"))))
                .contains("Token[name=deploy")
                .contains("address=Optional[unix:")
                .doesNotContain("UnixUser");
    }

    /// Never who the connection is otherwise.
    @Test
    void aRefusedTokenLeavesNothing() throws Exception {
        String wrong = "bhd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

        assertThat(Probe.get(server.socket(), "/", bearer(wrong)))
                .startsWith("HTTP/1.1 401 ")
                .contains("this engine does not know the token")
                .doesNotContain("UnixUser");
        try (var client = server.connect(authority.client("/CN=ci"))) {
            assertThat(client.get("/", bearer(wrong)).answer())
                    .startsWith("HTTP/1.1 401 ")
                    .doesNotContain("commonName");
        }
        assertThat(server.record()).contains("cert:ci").contains("unix:0").doesNotContain(wrong);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Basic cm9vdDpyb290",
                "Authorization: ",
                "Authorization: Bearer",
                "Authorization: Bearer ",
                "Authorization: Bearer x",
                "Authorization: bhd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void anyOtherHeaderIsRefused(String header) throws Exception {
        assertThat(Probe.get(server.socket(), "/", header)).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void twoHeadersAreRefusedThoughBothAreRight() throws Exception {
        String token = token("deploy");

        assertThat(Probe.get(server.socket(), "/", bearer(token), bearer(token)))
                .startsWith("HTTP/1.1 401 ")
                .contains("more than once");
        assertThat(Probe.get(server.socket(), "/", bearer(token), "authorization: Bearer x"))
                .startsWith("HTTP/1.1 401 ");
        assertThat(Probe.get(server.socket(), "/", bearer(token + ", Bearer " + token)))
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void inTheQueryItIsNoToken() throws Exception {
        String token = token("deploy");

        for (String name : new String[] {"token", "access_token", "authorization"}) {
            assertThat(overTls("/?" + name + "=" + token)).startsWith("HTTP/1.1 401 ");
        }
        assertThat(server.record()).doesNotContain(token);
    }

    @Test
    void aTokenRevokedMeanwhileIsRefusedOnItsKeptConnection() throws Exception {
        String token = token("deploy");
        try (var client = server.connect(Optional.empty(), "TLSv1.3")) {
            assertThat(client.get("/", bearer(token)).answer()).contains("Token[name=deploy");
            assertThat(client.get("/", bearer(token)).answer()).contains("Token[name=deploy");
            server.tokens.revoke("deploy");

            assertThat(client.get("/", bearer(token)).answer())
                    .startsWith("HTTP/1.1 401 ")
                    .contains("it was revoked at");
            assertThat(client.rest()).as("the connection ends").isEmpty();
        }
    }

    /// 256 bits cannot be guessed: what is limited is the noise, and a right token still counts.
    @Test
    void wrongTokensAreLimitedByAddressAndRightOnesAreNot() throws Exception {
        String token = token("deploy");
        int tooMany = 0;
        for (int i = 0; i < 60; i++) {
            String answer = overTls("/", bearer("bhd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
            tooMany += answer.startsWith("HTTP/1.1 429 ") ? 1 : 0;
        }

        assertThat(tooMany).isBetween(30, 45);
        assertThat(server.record().lines().filter(line -> line.contains("\"connect\"")))
                .hasSizeBetween(15, 30);
        assertThat(overTls("/", bearer(token))).contains("Token[name=deploy");
        assertThat(Probe.get(server.socket(), "/", bearer("bhd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")))
                .as("another address")
                .startsWith("HTTP/1.1 401 ");
    }
}
