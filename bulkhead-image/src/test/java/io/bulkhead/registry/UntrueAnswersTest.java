package io.bulkhead.registry;

import static io.bulkhead.registry.HttpsTestServer.header;
import static io.bulkhead.registry.HttpsTestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Images.Credentials;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UntrueAnswersTest extends TestServerFixture {

    @Test
    void aManifestOtherThanTheDigestAskedForIsRefused() throws Exception {
        try (var server = start(exchange -> send(exchange, 200, MANIFEST));
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.manifest("sha256:" + "a".repeat(64)), Reason.DIGEST_MISMATCH, "a".repeat(64));
        }
    }

    @Test
    void aDigestHeaderThatIsNoDigestIsRefused() throws Exception { // CVE-2024-3727
        try (var server = start(exchange -> {
                    header(exchange, "Docker-Content-Digest", "sha256:../../../etc/passwd");
                    send(exchange, 200, MANIFEST);
                });
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.manifest("v1"), Reason.MALFORMED, "sha256:../../../etc/passwd");
        }
    }

    @Test
    void aDigestHeaderThatLiesIsRefused() throws Exception {
        try (var server = start(exchange -> {
                    header(exchange, "Docker-Content-Digest", "sha256:" + "b".repeat(64));
                    send(exchange, 200, MANIFEST);
                });
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.manifest("v1"), Reason.DIGEST_MISMATCH, "b".repeat(64));
        }
    }

    @Test
    void aReferenceThatIsNeitherTagNorDigestIsNeverSent() throws Exception {
        try (var server = start(exchange -> send(exchange, 200, MANIFEST));
                var remote = open(server, new Credentials.None())) {
            for (String hostile : List.of("../../x", "a/b", "v1?x=y", "", "sha256:../x", "sha1:abcd", "v1\r\nA: b")) {
                refused(() -> remote.manifest(hostile), Reason.INVALID, "invalid reference format");
            }
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void aManifestOfTenGigabytesIsGivenUpAtFourMegabytes() throws Exception {
        try (var server = start(UntrueAnswersTest::endless);
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.manifest("v1"), Reason.TOO_LARGE, "more than 4194304 bytes");
        }
    }

    @Test
    void aManifestAnnouncedWithTenGigabytesIsNotRead() throws Exception {
        try (var server = start(exchange -> exchange.sendResponseHeaders(200, 10L << 30));
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.manifest("v1"), Reason.TOO_LARGE, "more than 4194304 bytes");
        }
    }

    @Test
    void anEndlessErrorIsGivenUp() throws Exception {
        try (var server = start(exchange -> {
                    exchange.sendResponseHeaders(404, 0);
                    pour(exchange);
                });
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.manifest("v1"), Reason.TOO_LARGE, "more than");
        }
    }

    @Test
    void aBlobLongerThanItsManifestSaysIsRefused() throws Exception {
        try (var server = start(UntrueAnswersTest::endless);
                var remote = open(server, new Credentials.None());
                var blob = remote.blob(LAYER_DIGEST, 100_000)) {
            assertThat(blob.readNBytes(100_000)).hasSize(100_000);
            refused(blob::read, Reason.TOO_LARGE, "more than 100000 bytes");
        }
        try (var server = start(exchange -> send(exchange, 200, LAYER));
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.blob(LAYER_DIGEST, 10), Reason.TOO_LARGE, "more than 10 bytes");
        }
    }

    @Test
    void aBlobShorterThanItsManifestSaysIsRefused() throws Exception {
        try (var server = start(exchange -> send(exchange, 200, new byte[5]));
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.blob(LAYER_DIGEST, 10), Reason.DIGEST_MISMATCH, "has 5 bytes of the 10");
        }
    }

    private static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        pour(exchange);
    }

    private static void pour(HttpExchange exchange) {
        byte[] blanks = new byte[1 << 16];
        Arrays.fill(blanks, (byte) ' ');
        try {
            for (long left = 10L << 30; left > 0; left -= blanks.length) {
                exchange.getResponseBody().write(blanks);
            }
        } catch (IOException _) {
            // The client went away, as it should.
        }
    }
}
