package io.bulkhead.registry;

import static io.bulkhead.registry.HttpsTestServer.header;
import static io.bulkhead.registry.HttpsTestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Images.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BrokenLinesTest extends TestServerFixture {

    @Test
    void aBlobThatBreaksOffIsTakenUpWhereItEnded() throws Exception {
        try (var server = start(BrokenLinesTest::cutEveryMegabyte);
                var remote = open(server, new Credentials.None());
                var blob = remote.blob(LAYER_DIGEST, LAYER.length)) {
            assertThat(digest(blob.readAllBytes())).isEqualTo(LAYER_DIGEST);

            assertThat(server.requests).hasSizeBetween(3, 8);
            assertThat(server.requests.getFirst().range()).isEmpty();
            assertThat(server.requests.get(1).range())
                    .hasValueSatisfying(range -> assertThat(range).matches("bytes=[0-9]+-"));
        }
    }

    @Test
    void aRegistryWithoutRangesIsReadAgainFromTheStart() throws Exception {
        var calls = new AtomicInteger();
        try (var server = start(exchange -> {
                    exchange.sendResponseHeaders(200, LAYER.length);
                    int part = calls.incrementAndGet() == 1 ? 2_000_000 : LAYER.length;
                    exchange.getResponseBody().write(LAYER, 0, part);
                });
                var remote = open(server, new Credentials.None());
                var blob = remote.blob(LAYER_DIGEST, LAYER.length)) {
            assertThat(digest(blob.readAllBytes())).isEqualTo(LAYER_DIGEST);
        }
    }

    @Test
    void aLineThatBreaksAfterEveryFewBytesIsGivenUp() throws Exception {
        try (var server = start(exchange -> {
                    int from = firstByte(exchange);
                    header(exchange, "Content-Range", "bytes " + from + "-2999999/3000000");
                    exchange.sendResponseHeaders(from == 0 ? 200 : 206, LAYER.length - from);
                    exchange.getResponseBody().write(LAYER, from, 10);
                });
                var remote = open(server, new Credentials.None());
                var blob = remote.blob(LAYER_DIGEST, LAYER.length)) {
            refused(blob::readAllBytes, Reason.REGISTRY, "the connection broke");
            assertThat(server.requests).hasSizeLessThanOrEqualTo(10);
        }
    }

    @Test
    void anotherPartThanTheOneAskedForIsRefused() throws Exception {
        try (var server = start(exchange -> {
                    if (firstByte(exchange) == 0) {
                        exchange.sendResponseHeaders(200, LAYER.length);
                        exchange.getResponseBody().write(LAYER, 0, 2_000_000);
                    } else {
                        header(exchange, "Content-Range", "bytes 0-" + (LAYER.length - 1) + "/" + LAYER.length);
                        send(exchange, 206, LAYER);
                    }
                });
                var remote = open(server, new Credentials.None());
                var blob = remote.blob(LAYER_DIGEST, LAYER.length)) {
            refused(blob::readAllBytes, Reason.MALFORMED, "bytes 0-2999999/3000000");
        }
    }

    @Test
    void aRegistryThatFallsSilentIsGivenUp() throws Exception {
        try (var server = start(exchange -> {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    sleep();
                });
                var remote = open(server, new Credentials.None());
                var blob = remote.blob(LAYER_DIGEST, 1000)) {
            refused(blob::readAllBytes, Reason.REGISTRY, "");
            refused(() -> remote.manifest("v1"), Reason.REGISTRY, "");
        }
    }

    @Test
    void aBusyRegistryIsAskedAgain() throws Exception {
        var calls = new AtomicInteger();
        try (var server = start(exchange -> {
                    int call = calls.incrementAndGet();
                    send(exchange, call == 1 ? 503 : call == 2 ? 429 : 200, call < 3 ? "" : "{}");
                });
                var remote = open(server, new Credentials.None())) {
            assertThat(remote.manifest("v1").bytes()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aRegistryThatStaysBusyIsGivenUp() throws Exception {
        try (var server = start(exchange -> send(exchange, 503, "<html>"));
                var remote = open(server, new Credentials.None())) {
            refused(() -> remote.manifest("v1"), Reason.REGISTRY, "answered 503");
            assertThat(server.requests).hasSize(3);
        }
    }

    @Test
    void nobodyListeningIsSaidAtOnce() throws Exception {
        var server = start(exchange -> send(exchange, 200, ""));
        try (var remote = open(server, new Credentials.None())) {
            server.close();

            refused(() -> remote.manifest("v1"), Reason.REGISTRY, server.host() + ": connection refused");
        }
    }

    private static void cutEveryMegabyte(HttpExchange exchange) throws IOException {
        int from = firstByte(exchange);
        if (from > 0) {
            header(exchange, "Content-Range", "bytes " + from + "-" + (LAYER.length - 1) + "/" + LAYER.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, LAYER.length - from);
        // Closing before all of it was written cuts the connection.
        exchange.getResponseBody().write(LAYER, from, Math.min(1 << 20, LAYER.length - from));
    }

    private static int firstByte(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }

    private static void sleep() {
        try {
            Thread.sleep(20_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
