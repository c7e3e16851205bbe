package io.bulkhead.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Images.Credentials;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignInTest extends TestServerFixture {

    private static final Credentials WRONG = new Credentials.Basic("alice", "a wrong one");

    private TestCertificate own;

    @BeforeEach
    void makeOwnCertificate() throws Exception {
        own = TestCertificate.forLoopback(directory);
    }

    private SignIn signIn(String host) throws Exception {
        var certificates = directory.resolve("certs.d");
        own.writeCertificate(certificates.resolve(host).resolve("ca.crt"));
        return new SignIn(config(certificates));
    }

    @Test
    void theRegistryTakesTheRightPasswordAndNoOther() throws Exception {
        assumeTrue(DockerRegistry.isInstalled(), "needs docker-registry");
        try (var registry = DockerRegistry.withPasswords(directory, own)) {
            SignIn signIn = signIn(registry.host());

            for (String address : List.of(registry.host(), "https://" + registry.host() + "/v2/")) {
                assertThatCode(() -> signIn.check(address, ALICE)).doesNotThrowAnyException();
            }
            assertThat(refused(
                            () -> signIn.check(registry.host(), WRONG),
                            Reason.UNAUTHORIZED,
                            "login attempt to https://" + registry.host() + "/v2/ failed: unauthorized"))
                    .hasMessageNotContaining("a wrong one");
        }
    }

    @Test
    void aTokenServiceIsAskedForATokenThatAllowsNothing() throws Exception {
        try (var tokens = HttpsTestServer.start(
                        own, exchange -> HttpsTestServer.send(exchange, 200, "{\"token\":\"t0ken\"}"));
                var server = HttpsTestServer.start(own, exchange -> {
                    boolean taken =
                            "Bearer t0ken".equals(exchange.getRequestHeaders().getFirst("Authorization"));
                    HttpsTestServer.header(
                            exchange,
                            "WWW-Authenticate",
                            "Bearer realm=\"https://" + tokens.host() + "/token\",service=\"here\"");
                    HttpsTestServer.send(exchange, taken ? 200 : 401, "{}");
                })) {
            signIn(server.host()).check(server.host(), ALICE);

            assertThat(tokens.requests).singleElement().satisfies(request -> {
                assertThat(request.target()).isEqualTo("/token?service=here&account=alice");
                assertThat(request.authorization()).isEqualTo(Optional.of(BASIC));
            });
        }
    }

    /// Whoever answers elsewhere was shown nothing, so its answer says nothing about the password.
    @Test
    void anAnswerFromElsewhereIsNoConsent() throws Exception {
        try (var elsewhere = HttpsTestServer.start(own, exchange -> HttpsTestServer.send(exchange, 200, "{}"));
                var server = HttpsTestServer.start(own, exchange -> {
                    HttpsTestServer.header(exchange, "Location", "https://" + elsewhere.host() + "/v2/");
                    HttpsTestServer.send(exchange, 307, "");
                })) {
            SignIn signIn = signIn(server.host());

            refused(() -> signIn.check(server.host(), ALICE), Reason.UNAUTHORIZED, "sent the question elsewhere");
        }
    }

    @Test
    void nothingIsSentWithoutCredentials() throws Exception {
        try (var server = HttpsTestServer.start(own, exchange -> HttpsTestServer.send(exchange, 200, "{}"))) {
            SignIn signIn = signIn(server.host());

            refused(
                    () -> signIn.check(server.host(), new Credentials.None()),
                    Reason.INVALID,
                    "no credentials to check: give a user name and a password");
            assertThat(server.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1", "ftp://localhost:1", "", "a b", "user@localhost", "localhost:1:2"})
    void whatIsNoAddressIsRefused(String address) throws Exception {
        SignIn signIn = signIn("localhost");

        refused(() -> signIn.check(address, ALICE), Reason.INVALID, "is no address of a registry");
    }
}
