package io.bulkhead.registry;

import static io.bulkhead.registry.HttpsTestServer.header;
import static io.bulkhead.registry.HttpsTestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Images.Credentials;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CredentialsTest extends TestServerFixture {

    @Test
    void aRedirectToAnotherHostGoesWithoutCredentials() throws Exception {
        try (var storage = start(exchange -> send(exchange, 200, LAYER));
                var server = start(exchange -> {
                    if (wantsBasic(exchange)) {
                        header(exchange, "Location", "https://" + storage.host() + "/store?sig=1");
                        send(exchange, 307, "");
                    }
                });
                var remote = open(server, ALICE);
                var blob = remote.blob(LAYER_DIGEST, LAYER.length)) {
            assertThat(digest(blob.readAllBytes())).isEqualTo(LAYER_DIGEST);

            assertThat(server.requests.getLast().authorization()).contains(BASIC);
            assertThat(storage.requests)
                    .singleElement()
                    .satisfies(request -> assertThat(request.authorization()).isEmpty());
        }
    }

    @Test
    void credentialsDoNotComeBackAfterADetour() throws Exception {
        var first = new AtomicInteger();
        var back = new HttpsTestServer[1];
        try (var elsewhere = start(exchange -> {
                    header(exchange, "Location", "https://" + back[0].host() + "/anything");
                    send(exchange, 302, "");
                });
                var server = start(exchange -> {
                    if (exchange.getRequestURI().getPath().equals("/anything")) {
                        send(exchange, 200, MANIFEST);
                    } else if (first.getAndIncrement() > 0 || wantsBasic(exchange)) {
                        header(exchange, "Location", "https://" + elsewhere.host() + "/x");
                        send(exchange, 302, "");
                    }
                });
                var remote = open(server, ALICE)) {
            back[0] = server;

            remote.manifest("v1");

            assertThat(server.requests.getLast().target()).isEqualTo("/anything");
            assertThat(server.requests.getLast().authorization()).isEmpty();
            assertThat(elsewhere.requests.getLast().authorization()).isEmpty();
        }
    }

    @Test
    void aChallengeFromAnotherHostIsNotAnswered() throws Exception {
        try (var thief = start(exchange -> send(exchange, 200, "{\"token\":\"x\"}"));
                var storage = start(exchange -> {
                    header(exchange, "WWW-Authenticate", "Bearer realm=\"https://" + thief.host() + "/t\"");
                    send(exchange, 401, "");
                });
                var server = start(exchange -> {
                    header(exchange, "Location", "https://" + storage.host() + "/b");
                    send(exchange, 307, "");
                });
                var remote = open(server, ALICE)) {
            refused(() -> remote.blob(LAYER_DIGEST, 5), Reason.UNAUTHORIZED, "pull access denied for");
            assertThat(thief.requests).isEmpty();
        }
    }

    @Test
    void credentialsAreNotSentToARealmOnPlainHttp() throws Exception {
        try (var thief = HttpsTestServer.startPlain(exchange -> send(exchange, 200, "{\"token\":\"x\"}"));
                var server = start(exchange -> {
                    header(
                            exchange,
                            "WWW-Authenticate",
                            "Bearer realm=\"http://" + thief.host() + "/t\",service=\"s\"");
                    send(exchange, 401, "");
                });
                var remote = open(server, ALICE)) {
            refused(() -> remote.manifest("v1"), Reason.MALFORMED, "which is not an https address");
            assertThat(thief.requests).isEmpty();
        }
    }

    @Test
    void aRedirectToPlainHttpIsRefused() throws Exception {
        try (var plain = HttpsTestServer.startPlain(exchange -> send(exchange, 200, MANIFEST));
                var server = start(exchange -> {
                    header(exchange, "Location", "http://" + plain.host() + "/x?signature=hush");
                    send(exchange, 307, "");
                });
                var remote = open(server, ALICE)) {
            var failure = refused(() -> remote.manifest("v1"), Reason.MALFORMED, "which is not an https address");

            assertThat(failure).hasMessageNotContaining("hush");
            assertThat(plain.requests).isEmpty();
        }
    }

    @Test
    void redirectsEnd() throws Exception {
        try (var server = start(exchange -> {
                    header(exchange, "Location", "/again");
                    send(exchange, 302, "");
                });
                var remote = open(server, ALICE)) {
            refused(() -> remote.manifest("v1"), Reason.REGISTRY, "more than 5 redirects");
        }
    }

    @Test
    void aTokenIsFetchedWithThePasswordForThisPullOnly() throws Exception {
        try (var tokens = start(exchange -> send(exchange, 200, "{\"token\":\"t0k3n\",\"expires_in\":60}"));
                var server = start(exchange -> bearer(exchange, tokens, "t0k3n"));
                var remote = open(server, ALICE)) {
            remote.manifest("v1");
            remote.manifest("v2");

            assertThat(tokens.requests).hasSize(1);
            assertThat(tokens.requests.getFirst().authorization()).contains(BASIC);
            assertThat(tokens.requests.getFirst().target())
                    .contains("service=registry.test")
                    .contains("scope=repository%3Ateam%2Fapp%3Apull&")
                    .contains("account=alice");
            assertThat(server.requests)
                    .noneMatch(request -> request.authorization().equals(Optional.of(BASIC)));
        }
    }

    @Test
    void anIdentityTokenIsPostedAndNeverInAnAddress() throws Exception {
        try (var tokens = start(exchange -> send(exchange, 200, "{\"access_token\":\"t0k3n\"}"));
                var server = start(exchange -> bearer(exchange, tokens, "t0k3n"));
                var remote = open(server, new Credentials.Token("refresh-me"))) {
            remote.manifest("v1");

            var request = tokens.requests.getFirst();
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.target()).doesNotContain("refresh-me");
            assertThat(request.body()).contains("grant_type=refresh_token").contains("refresh_token=refresh-me");
        }
    }

    @Test
    void aTokenWithLineBreaksIsRefused() throws Exception {
        try (var tokens = start(exchange -> send(exchange, 200, "{\"token\":\"a\\r\\nX-Evil: 1\"}"));
                var server = start(exchange -> bearer(exchange, tokens, "t0k3n"));
                var remote = open(server, ALICE)) {
            refused(() -> remote.manifest("v1"), Reason.MALFORMED, "sent a token that is none");
        }
    }

    @Test
    void aTokenServiceThatRedirectsIsNotFollowed() throws Exception {
        try (var thief = start(exchange -> send(exchange, 200, "{\"token\":\"x\"}"));
                var tokens = start(exchange -> {
                    header(exchange, "Location", "https://" + thief.host() + "/");
                    send(exchange, 307, "");
                });
                var server = start(exchange -> bearer(exchange, tokens, "t0k3n"));
                var remote = open(server, ALICE)) {
            refused(() -> remote.manifest("v1"), Reason.REGISTRY, "answered 307");
            assertThat(thief.requests).isEmpty();
        }
    }

    @Test
    void aRegistryThatRepeatsThePasswordDoesNotGetItIntoTheMessage() throws Exception {
        try (var server = start(exchange -> {
                    if (wantsBasic(exchange)) {
                        send(
                                exchange,
                                403,
                                "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"" + PASSWORD + " "
                                        + exchange.getRequestHeaders().getFirst("Authorization") + "\"}]}");
                    }
                });
                var remote = open(server, ALICE)) {
            var failure = refused(() -> remote.manifest("v1"), Reason.UNAUTHORIZED, "text withheld");

            var trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).doesNotContain(PASSWORD, BASIC.substring(6));
        }
    }

    @Test
    void hostileTextIsEscaped() throws Exception {
        try (var server = start(exchange ->
                        send(exchange, 404, "{\"errors\":[{\"code\":\"X\",\"message\":\"a\\u001b[2J\\nb\"}]}"));
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.manifest("v1"), Reason.NOT_FOUND, "x: a\\u001b[2J\\u000ab");
        }
    }

    /// Whether it was there; asks for it otherwise.
    private static boolean wantsBasic(HttpExchange exchange) throws IOException {
        if (BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return true;
        }
        header(exchange, "WWW-Authenticate", "Basic realm=\"r\"");
        send(exchange, 401, "");
        return false;
    }

    private static void bearer(HttpExchange exchange, HttpsTestServer tokens, String token) throws IOException {
        if (("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 200, MANIFEST);
        } else {
            header(
                    exchange,
                    "WWW-Authenticate",
                    "Bearer realm=\"https://" + tokens.host()
                            + "/t\",service=\"registry.test\",scope=\"repository:team/app:pull,push,delete\"");
            send(exchange, 401, "");
        }
    }
}
