package io.bulkhead.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpServerTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Answers with what it was asked, in one line.
    private static void echo(Exchange exchange) throws IOException {
        byte[] body = exchange.body().readAllBytes();
        exchange.answer(
                200,
                "text/plain",
                bytes(exchange.method() + " " + exchange.path() + " " + exchange.queryAll("q") + " "
                        + new String(body, StandardCharsets.UTF_8)));
    }

    @Test
    void anAnswerHasAServerHeaderAndNoDate() throws IOException {
        try (var server = TestServer.start(HttpServerTest::echo);
                var client = server.client()) {
            String answer = client.get("/v1.51/containers/a_b.c:d@e/json?q=%7B%7D&q=a+b%2Bc%26")
                    .readAnswer();

            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Server: Bulkhead\r\n", "Content-Type: text/plain\r\n")
                    .doesNotContainIgnoringCase("date:")
                    .endsWith("GET /v1.51/containers/a_b.c:d@e/json [{}, a b+c&] ");
        }
    }

    @Test
    void oneConnectionServesManyRequests() throws IOException {
        try (var server = TestServer.start(HttpServerTest::echo);
                var client = server.client()) {
            for (int i = 0; i < 100; i++) {
                String answer = client.send("POST /" + i + " HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\nhi")
                        .readAnswer();

                assertThat(answer).endsWith("POST /" + i + " [] hi");
            }
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderOneAtATime() throws IOException {
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        try (var server = TestServer.start(exchange -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    pause(5);
                    atOnce.decrementAndGet();
                    echo(exchange);
                });
                var client = server.client()) {
            var all = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                all.append("POST /")
                        .append(i)
                        .append(" HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .append("2\r\nhi\r\n0\r\n\r\n");
            }
            client.send(all.toString());

            for (int i = 0; i < 50; i++) {
                assertThat(client.readAnswer()).endsWith("POST /" + i + " [] hi");
            }
            assertThat(most).hasValue(1);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredAfterTheClientClosedItsSide() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    pause(50);
                    echo(exchange);
                });
                var client = server.client()) {
            client.get("/1").get("/2").get("/3").endInput();

            assertThat(client.readAll()).contains("GET /1 ", "GET /2 ", "GET /3 ");
        }
    }

    @Test
    void requestBytesMayComeOneByOne() throws IOException {
        try (var server = TestServer.start(HttpServerTest::echo);
                var client = server.client()) {
            for (char c : "POST /x HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                    .toCharArray()) {
                client.send(String.valueOf(c));
            }

            assertThat(client.readAnswer()).endsWith("POST /x [] abc");
        }
    }

    @Test
    void aHeadRequestGetsTheLengthWithoutTheBody() throws IOException {
        try (var server = TestServer.start(exchange -> exchange.answer(200, "text/plain", bytes("hello")));
                var client = server.client()) {
            client.send("HEAD /x HTTP/1.1\r\nHost: d\r\n\r\n").get("/y");

            assertThat(client.readUntil("\r\n\r\n")).contains("Content-Length: 5\r\n");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 OK").endsWith("hello");
        }
    }

    @Test
    void aHeadRequestForAStreamGetsNoBody() throws IOException {
        try (var server = TestServer.start(
                        exchange -> exchange.stream(200, "text/plain").write(bytes("hello")));
                var client = server.client()) {
            client.send("HEAD /x HTTP/1.1\r\nHost: d\r\n\r\n").get("/y");

            client.readUntil("\r\n\r\n");
            assertThat(client.readUntil("\r\n0\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("\r\n\r\n5\r\nhello");
        }
    }

    @Test
    void anEmptyAnswerHasNoBodyAndKeepsTheConnection() throws IOException {
        try (var server = TestServer.start(exchange ->
                        exchange.answerEmpty(Integer.parseInt(exchange.path().substring(1))));
                var client = server.client()) {
            for (int status : new int[] {204, 304, 200, 201}) {
                assertThat(client.get("/" + status).readAnswer())
                        .startsWith("HTTP/1.1 " + status + " ")
                        .endsWith("\r\n\r\n");
            }
        }
    }

    @Test
    void aHandlerThatThrowsIsAnsweredWith500() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    if (exchange.path().equals("/error")) {
                        throw new StackOverflowError("test");
                    }
                    throw new IllegalStateException("secret");
                });
                var client = server.client()) {
            assertThat(client.get("/x").readAnswer())
                    .startsWith("HTTP/1.1 500 ")
                    .contains("{\"message\":")
                    .doesNotContain("secret");
            assertThat(client.get("/error").readAnswer()).startsWith("HTTP/1.1 500 ");
        }
    }

    @Test
    void aHandlerThatAnswersNothingIsAnsweredWith500() throws IOException {
        try (var server = TestServer.start(_ -> {});
                var client = server.client()) {
            assertThat(client.get("/x").readAnswer()).startsWith("HTTP/1.1 500 ");
        }
    }

    @Test
    void aSecondAnswerIsAMistake() throws IOException {
        var second = new CompletableFuture<Throwable>();
        try (var server = TestServer.start(exchange -> {
                    exchange.answerEmpty(204);
                    try {
                        exchange.answerEmpty(204);
                    } catch (IllegalStateException mistake) {
                        second.complete(mistake);
                    }
                });
                var client = server.client()) {
            client.get("/x").readAnswer();

            assertThat(second.join()).hasMessageContaining("answered already");
        }
    }

    @Test
    void aStreamThatFailsHalfWayIsCutWithoutItsEnd() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    exchange.stream(200, "text/plain").write(bytes("half"));
                    throw new IllegalStateException("test");
                });
                var client = server.client()) {
            assertThat(client.get("/x").readAll()).contains("4\r\nhalf\r\n").doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void everyWriteOfAStreamIsSentAtOnce() throws IOException {
        var read = new CountDownLatch(1);
        try (var server = TestServer.start(exchange -> {
                    OutputStream out = exchange.stream(200, "text/plain");
                    out.write(bytes("first"));
                    await(read);
                    out.write(bytes("second"));
                });
                var client = server.client()) {
            client.get("/x").readUntil("first");
            read.countDown();

            assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("second");
        }
    }

    @Test
    void aHeaderThatWouldSplitTheAnswerIsRefused() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    assertThatThrownBy(() -> exchange.setHeader("X-A", "b\r\nX-C: d"))
                            .isInstanceOf(IllegalArgumentException.class);
                    exchange.answerEmpty(204);
                });
                var client = server.client()) {
            assertThat(client.get("/x").readAnswer()).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void aClientThatExpectsItIsToldToGoOnOnceSomebodyWantsTheBody() throws IOException {
        try (var server = TestServer.start(exchange -> {
                    if (exchange.path().equals("/refuse")) {
                        exchange.answerEmpty(403);
                    } else {
                        echo(exchange);
                    }
                });
                var client = server.client();
                var refused = server.client()) {
            String head = " HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";

            assertThat(client.send("POST /x" + head).readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
            assertThat(client.send("hi").readAnswer())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("hi");
            assertThat(refused.send("POST /refuse" + head).readAll())
                    .startsWith("HTTP/1.1 403 ")
                    .contains("Connection: close");
        }
    }

    @Test
    void anAnswerBeforeTheEndOfALargeBodyReachesTheClientThatStillSends() throws Exception {
        try (var server = TestServer.start(exchange -> exchange.answer(403, "text/plain", bytes("no")));
                var client = server.client()) {
            client.send("POST /x HTTP/1.1\r\nHost: d\r\nContent-Length: 100000000\r\n\r\n");
            client.send(new byte[1_000_000]);

            assertThat(client.readAll()).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\nno");
        }
    }

    @Test
    void aShortBodyNobodyReadDoesNotEndTheConnection() throws IOException {
        try (var server = TestServer.start(exchange -> exchange.answer(403, "text/plain", bytes("no")));
                var client = server.client()) {
            for (int i = 0; i < 3; i++) {
                client.send("POST /x HTTP/1.1\r\nHost: d\r\nContent-Length: 20\r\n\r\n" + "x".repeat(20));
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 403 ");
            }
        }
    }

    @Test
    void aClientThatAsksForItIsClosedAfterTheAnswer() throws IOException {
        try (var server = TestServer.start(HttpServerTest::echo);
                var client = server.client()) {
            String answer = client.send("GET /x HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
                    .readAll();

            assertThat(answer).contains("Connection: close").endsWith("GET /x [] ");
        }
    }

    @Test
    void aLargeBodyArrivesWhole() throws Exception {
        var sum = new AtomicLong();
        try (var server = TestServer.start(exchange -> {
                    sum.set(exchange.body().transferTo(OutputStream.nullOutputStream()));
                    exchange.answerEmpty(204);
                });
                var client = server.client()) {
            client.send("POST /x HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = new byte[1_000_000];
            for (int i = 0; i < 50; i++) {
                client.send("F4240\r\n").send(chunk).send("\r\n");
            }
            client.send("0\r\n\r\n");

            assertThat(client.readAnswer()).startsWith("HTTP/1.1 204 ");
            assertThat(sum).hasValue(50_000_000);
        }
    }

    @Test
    void aHandlerThatDoesNotReadStopsAClientThatSends() throws Exception {
        var release = new CountDownLatch(1);
        try (var server = TestServer.start(exchange -> {
                    await(release);
                    exchange.body().transferTo(OutputStream.nullOutputStream());
                    exchange.answerEmpty(204);
                });
                var client = server.client()) {
            client.send("POST /x HTTP/1.1\r\nHost: d\r\nContent-Length: 50000000\r\n\r\n");
            client.channel().configureBlocking(false);

            long taken = writeUntilFull(client, 50_000_000);

            assertThat(taken).isLessThan(5_000_000);
            client.channel().configureBlocking(true);
            release.countDown();
            client.send(new byte[(int) (50_000_000 - taken)]);
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 204 ");
        }
    }

    /// Until nothing more was taken for a while.
    private static long writeUntilFull(RawClient client, long limit) throws IOException {
        long taken = 0;
        int idle = 0;
        var bytes = ByteBuffer.allocate(100_000);
        while (idle < 10 && taken < limit) {
            bytes.clear().limit((int) Math.min(100_000, limit - taken));
            int written = client.channel().write(bytes);
            taken += written;
            idle = written == 0 ? idle + 1 : 0;
            if (written == 0) {
                pause(50);
            }
        }
        return taken;
    }

    @Test
    void aClientThatDoesNotReadStopsAHandlerThatWrites() throws Exception {
        var written = new AtomicLong();
        try (var server = TestServer.start(exchange -> {
                    OutputStream out = exchange.stream(200, "text/plain");
                    byte[] piece = new byte[10_000];
                    for (int i = 0; i < 5_000; i++) {
                        out.write(piece);
                        written.addAndGet(piece.length);
                    }
                });
                var client = server.client()) {
            client.send("GET /x HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
            pause(500);

            assertThat(written.get()).isBetween(1L, 5_000_000L);
            assertThat(client.readAll()).hasSizeGreaterThan(50_000_000).endsWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    void writingToAClientThatWentIsAnIOException() throws Exception {
        var outcome = new CompletableFuture<Throwable>();
        try (var server = TestServer.start(exchange -> {
                    try {
                        OutputStream out = exchange.stream(200, "text/plain");
                        while (true) {
                            out.write(new byte[100]);
                            pause(1);
                        }
                    } catch (IOException gone) {
                        outcome.complete(gone);
                        throw gone;
                    }
                });
                var client = server.client()) {
            client.get("/x").readUntil("\r\n\r\n");
            client.hangUp();

            assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aHandlerThatBlocksLearnsThatTheClientWent() throws Exception {
        var gone = new CountDownLatch(1);
        var started = new CountDownLatch(1);
        var late = new CountDownLatch(1);
        try (var server = TestServer.start(exchange -> {
                    exchange.whenDisconnected(gone::countDown);
                    started.countDown();
                    await(gone);
                    exchange.whenDisconnected(late::countDown);
                });
                var client = server.client()) {
            client.get("/x");
            await(started);
            assertThat(gone.getCount()).isEqualTo(1);
            client.hangUp();

            assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(late.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aClientThatClosedItsSideHasNotGoneUntilItClosesAltogether() throws Exception {
        var gone = new CountDownLatch(1);
        try (var server = TestServer.start(exchange -> {
                    exchange.whenDisconnected(gone::countDown);
                    OutputStream out = exchange.stream(200, "text/plain");
                    pause(400);
                    out.write(bytes("still here"));
                    await(gone);
                });
                var client = server.client()) {
            client.get("/x").endInput();

            client.readUntil("still here");
            assertThat(gone.getCount()).isEqualTo(1);
            client.hangUp();
            assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nobodyIsToldOfADisconnectionAfterTheAnswer() throws Exception {
        var gone = new CountDownLatch(1);
        try (var server = TestServer.start(exchange -> {
            if (exchange.path().equals("/first")) {
                exchange.whenDisconnected(gone::countDown);
            }
            exchange.answerEmpty(204);
        })) {
            try (var client = server.client()) {
                client.get("/first").readAnswer();
                client.get("/second").readAnswer();
            }

            assertThat(gone.await(300, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @Test
    void aBodyThatEndsEarlyIsAnErrorToItsReader() throws Exception {
        var outcome = new CompletableFuture<Throwable>();
        try (var server = TestServer.start(exchange -> {
                    try {
                        exchange.body().readAllBytes();
                    } catch (IOException early) {
                        outcome.complete(early);
                        throw early;
                    }
                });
                var client = server.client()) {
            client.send("POST /x HTTP/1.1\r\nHost: d\r\nContent-Length: 10\r\n\r\nabc")
                    .endInput();

            assertThat(outcome.get(5, TimeUnit.SECONDS)).hasMessageContaining("ended inside");
        }
    }

    @Test
    void fiveHundredRequestsRunAtOnce() throws Exception {
        var all = new CountDownLatch(500);
        try (var server = TestServer.start(exchange -> {
                    all.countDown();
                    await(all);
                    echo(exchange);
                });
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> calls = IntStream.range(0, 500)
                    .<Callable<String>>mapToObj(i -> () -> {
                        try (var client = server.client()) {
                            return client.get("/" + i).readAnswer();
                        }
                    })
                    .toList();

            List<Future<String>> answers = clients.invokeAll(calls);

            for (int i = 0; i < 500; i++) {
                assertThat(answers.get(i).get()).endsWith("GET /" + i + " [] ");
            }
        }
    }

    @Test
    void anIdleConnectionIsClosedButAStreamIsNot() throws Exception {
        var limits = new Limits(65536, 100, Duration.ofMillis(300), Duration.ofMinutes(1), Duration.ofSeconds(1));
        try (var server = TestServer.start(
                        exchange -> {
                            OutputStream out = exchange.stream(200, "text/plain");
                            pause(1000);
                            out.write(bytes("late"));
                        },
                        _ -> _ -> TestServer.ANYBODY,
                        limits);
                var idle = server.client();
                var slow = server.client();
                var streaming = server.client()) {
            streaming.get("/x");
            slow.send("GET /x HT");

            assertThat(idle.readAll()).isEmpty();
            assertThat(slow.readAll()).isEmpty();
            assertThat(streaming.readUntil("\r\n0\r\n\r\n")).contains("late");
        }
    }

    @Test
    void aBodyThatDoesNotComeIsAnsweredButASilentRawConnectionIsNot() throws Exception {
        var limits = new Limits(65536, 100, Duration.ofMinutes(1), Duration.ofMillis(300), Duration.ofSeconds(1));
        String head = " HTTP/1.1\r\nHost: d\r\nContent-Length: 9\r\n\r\n";
        try (var server = TestServer.start(HttpServerTest::readOrUpgrade, _ -> _ -> TestServer.ANYBODY, limits);
                var silent = server.client();
                var dripping = server.client();
                var raw = server.client()) {
            silent.send("POST /read" + head + "1234");
            dripping.send("POST /read-within" + head);
            raw.send("POST /raw HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            for (int i = 0; i < 6; i++) {
                pause(100);
                dripping.send("1");
            }

            assertThat(silent.readAnswer())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("the request body did not come in time");
            assertThat(dripping.readAnswer()).startsWith("HTTP/1.1 408 ");
            raw.send("late").endInput();
            assertThat(raw.readUntil("late")).startsWith("HTTP/1.1 101 ");
        }
    }

    private static void readOrUpgrade(Exchange exchange) throws IOException {
        switch (exchange.path()) {
            case "/read" -> exchange.answer(200, "text/plain", exchange.body().readAllBytes());
            case "/read-within" ->
                exchange.answer(
                        200, "text/plain", exchange.body(Duration.ofMillis(400)).readAllBytes());
            default -> {
                try (Exchange.Upgraded raw = exchange.upgrade("application/octet-stream")) {
                    raw.output().write(raw.input().readAllBytes());
                }
            }
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws Exception {
        var limits = new Limits(65536, 2, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(1));
        try (var server = TestServer.start(HttpServerTest::echo, _ -> _ -> TestServer.ANYBODY, limits);
                var first = server.client();
                var second = server.client()) {
            first.get("/1").readAnswer();
            second.get("/2").readAnswer();
            try (var third = server.client()) {
                assertThat(third.readAll()).isEmpty();
            }
            first.hangUp();
            pause(100);
            try (var fourth = server.client()) {
                assertThat(fourth.get("/4").readAnswer()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void stoppingLetsARequestEndAndCutsAStream() throws Exception {
        var running = new CountDownLatch(2);
        try (var server = TestServer.start(exchange -> {
                    if (exchange.path().equals("/stream")) {
                        var gone = new CountDownLatch(1);
                        exchange.whenDisconnected(gone::countDown);
                        exchange.stream(200, "text/plain");
                        running.countDown();
                        await(gone);
                    } else {
                        running.countDown();
                        pause(500);
                        echo(exchange);
                    }
                });
                var idle = server.client();
                var slow = server.client();
                var stream = server.client()) {
            slow.get("/slow");
            stream.get("/stream");
            await(running);
            long begin = System.nanoTime();

            server.stop(Duration.ofSeconds(10));

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            assertThat(slow.readAll()).startsWith("HTTP/1.1 200 ").endsWith("GET /slow [] ");
            assertThat(stream.readAll()).doesNotContain("\r\n0\r\n");
            assertThat(idle.readAll()).isEmpty();
            assertThatThrownBy(server::client).isInstanceOf(IOException.class);
        }
    }

    @Test
    void curlSpeaksToIt() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                java.nio.file.Files.isExecutable(Path.of("/usr/bin/curl")), "needs curl");
        try (var server = TestServer.start(HttpServerTest::echo)) {
            Process curl = new ProcessBuilder(
                            "curl",
                            "-sS",
                            "--unix-socket",
                            server.socket().toString(),
                            "-T",
                            "-",
                            "http://d/upload?q=1")
                    .redirectErrorStream(true)
                    .start();
            try (var stdin = curl.getOutputStream()) {
                stdin.write(bytes("from curl"));
            }

            assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("PUT /upload [1] from curl");
        }
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
