package io.bulkhead.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Docker's hijacked connections (attach and exec).
@Timeout(30)
class UpgradeTest {

    private static final String RAW = "application/vnd.docker.raw-stream";
    private static final String ATTACH = "POST /attach HTTP/1.1\r\nHost: d\r\n";
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";

    /// Sends back what it gets in capitals, and `.` at the end of the input.
    private static void capitals(Exchange exchange) throws IOException {
        try (var raw = exchange.upgrade(RAW)) {
            byte[] bytes = new byte[1000];
            for (int n = raw.input().read(bytes); n >= 0; n = raw.input().read(bytes)) {
                String text = new String(bytes, 0, n, StandardCharsets.ISO_8859_1);
                raw.output().write(text.toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1));
            }
            raw.output().write('.');
        }
    }

    @Test
    void aClientThatAsksIsUpgraded() throws IOException {
        try (var server = TestServer.start(UpgradeTest::capitals);
                var client = server.client()) {
            String head =
                    client.send(ATTACH + UPGRADE + "Content-Length: 0\r\n\r\n").readUntil("\r\n\r\n");

            assertThat(head)
                    .startsWith("HTTP/1.1 101 UPGRADED\r\n")
                    .contains("Content-Type: " + RAW, "Connection: Upgrade", "Upgrade: tcp")
                    .doesNotContain("Transfer-Encoding", "Content-Length");
            assertThat(client.send("abc").readBytes(3)).isEqualTo("ABC");
            assertThat(client.endInput().readAll()).isEqualTo(".");
        }
    }

    @Test
    void aClientThatDoesNotAskGetsTheSameStreamWith200() throws IOException {
        try (var server = TestServer.start(UpgradeTest::capitals);
                var client = server.client()) {
            String head = client.send(ATTACH + "\r\n").readUntil("\r\n\r\n");

            assertThat(head)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Content-Type: " + RAW)
                    .doesNotContain("Upgrade", "Transfer-Encoding", "Content-Length");
            assertThat(client.send("abc").endInput().readAll()).isEqualTo("ABC.");
        }
    }

    @Test
    void bytesThatCameWithTheHeadAreNotLost() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    HttpServerTest.pause(200);
                    capitals(exchange);
                });
                var client = server.client()) {
            client.send(ATTACH + UPGRADE + "\r\nearly\r\n\r\nGET /x HTTP/1.1\r\n\r\n")
                    .endInput();

            client.readUntil("\r\n\r\n");
            assertThat(client.readAll()).isEqualTo("EARLY\r\n\r\nGET /X HTTP/1.1\r\n\r\n.");
        }
    }

    @Test
    void bytesAfterABodyAreNotLost() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    assertThat(exchange.body().readAllBytes()).asString().isEqualTo("{}");
                    capitals(exchange);
                });
                var client = server.client()) {
            client.send(ATTACH + UPGRADE + "Content-Length: 2\r\n\r\n{}early").readUntil("\r\n\r\n");

            assertThat(client.readBytes(5)).isEqualTo("EARLY");
            assertThat(client.endInput().readAll()).isEqualTo(".");
        }
    }

    @Test
    void outputGoesOnAfterTheClientClosedItsSide() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    try (var raw = exchange.upgrade(RAW)) {
                        raw.input().readAllBytes();
                        for (int i = 0; i < 5; i++) {
                            HttpServerTest.pause(150);
                            raw.output().write('0' + i);
                        }
                    }
                });
                var client = server.client()) {
            client.send(ATTACH + UPGRADE + "\r\n").endInput().readUntil("\r\n\r\n");

            assertThat(client.readAll()).isEqualTo("01234");
        }
    }

    @Test
    void aServerThatEndsFirstIsSeenAsAPlainEnd() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    try (var raw = exchange.upgrade(RAW)) {
                        raw.output().write("bye".getBytes(StandardCharsets.UTF_8));
                    }
                });
                var client = server.client()) {
            client.send(ATTACH + UPGRADE + "\r\nnobody reads this").readUntil("\r\n\r\n");

            assertThat(client.readAll()).isEqualTo("bye");
        }
    }

    @Test
    void aHandlerThatOnlyWaitsLearnsThatTheClientWent() throws Exception {
        var gone = new CountDownLatch(1);
        try (var server = TestServer.start(exchange -> {
                    exchange.whenDisconnected(gone::countDown);
                    try (var _ = exchange.upgrade(RAW)) {
                        HttpServerTest.await(gone);
                    }
                });
                var client = server.client()) {
            client.send(ATTACH + UPGRADE + "\r\n").readUntil("\r\n\r\n");
            client.hangUp();

            assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aHalfClosedClientThatGoesIsNoticed() throws Exception {
        var gone = new CountDownLatch(1);
        try (var server = TestServer.start(exchange -> {
                    exchange.whenDisconnected(gone::countDown);
                    try (var raw = exchange.upgrade(RAW)) {
                        raw.input().readAllBytes();
                        HttpServerTest.await(gone);
                    }
                });
                var client = server.client()) {
            client.send(ATTACH + UPGRADE + "\r\n").endInput().readUntil("\r\n\r\n");
            HttpServerTest.pause(300);
            assertThat(gone.getCount()).isEqualTo(1);
            client.hangUp();

            assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatAClientSentBeforeItWentIsStillRead() throws Exception {
        var read = new CompletableFuture<byte[]>();
        try (var server = TestServer.start(exchange -> {
                    try (var raw = exchange.upgrade(RAW)) {
                        HttpServerTest.pause(300);
                        read.complete(raw.input().readAllBytes());
                    }
                });
                var client = server.client()) {
            client.send(ATTACH + UPGRADE + "\r\n").readUntil("\r\n\r\n");
            client.send("last words").hangUp();

            assertThat(read.get(5, TimeUnit.SECONDS)).asString().isEqualTo("last words");
        }
    }

    @Test
    void aHandlerThatDoesNotReadStopsARawClientThatSends() throws Exception {
        var release = new CountDownLatch(1);
        var total = new CompletableFuture<Long>();
        try (var server = TestServer.start(exchange -> {
                    try (var raw = exchange.upgrade(RAW)) {
                        HttpServerTest.await(release);
                        total.complete(raw.input().transferTo(OutputStream.nullOutputStream()));
                    }
                });
                var client = server.client()) {
            client.send(ATTACH + UPGRADE + "\r\n").readUntil("\r\n\r\n");
            client.channel().configureBlocking(false);
            long taken = 0;
            for (int idle = 0; idle < 10; idle++) {
                int written = client.channel().write(ByteBuffer.allocate(100_000));
                taken += written;
                idle = written == 0 ? idle : 0;
                HttpServerTest.pause(written == 0 ? 20 : 0);
                assertThat(taken).isLessThan(5_000_000);
            }
            client.channel().configureBlocking(true);
            release.countDown();
            client.endInput();

            assertThat(total.get(5, TimeUnit.SECONDS)).isEqualTo(taken);
        }
    }
}
