package io.bulkhead.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What two readers could read in two ways (CVE-2024-41110, RFC 9112 section 11.2) never reaches a handler, and
/// nothing that follows it on the connection does either.
@Timeout(30)
class RefusedRequestsTest {

    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: d\r\n\r\n";

    private final AtomicInteger handled = new AtomicInteger();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(exchange -> {
            handled.incrementAndGet();
            byte[] body = exchange.body().readAllBytes();
            exchange.answer(200, "text/plain", body);
        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                head("both lengths", "POST /x HTTP/1.1", "Host: d", "Content-Length: 3", "Transfer-Encoding: chunked"),
                head(
                        "both, other order",
                        "POST /x HTTP/1.1",
                        "Host: d",
                        "Transfer-Encoding: chunked",
                        "Content-Length: 3"),
                head("two lengths", "POST /x HTTP/1.1", "Host: d", "Content-Length: 3", "Content-Length: 4"),
                head("the same length twice", "POST /x HTTP/1.1", "Host: d", "Content-Length: 3", "Content-Length: 3"),
                head("a list of lengths", "POST /x HTTP/1.1", "Host: d", "Content-Length: 3, 3"),
                head("a negative length", "POST /x HTTP/1.1", "Host: d", "Content-Length: -1"),
                head("a signed length", "POST /x HTTP/1.1", "Host: d", "Content-Length: +3"),
                head("a hexadecimal length", "POST /x HTTP/1.1", "Host: d", "Content-Length: 0x3"),
                head("an empty length", "POST /x HTTP/1.1", "Host: d", "Content-Length: "),
                head("a huge length", "POST /x HTTP/1.1", "Host: d", "Content-Length: 99999999999999999999"),
                head("another encoding", "POST /x HTTP/1.1", "Host: d", "Transfer-Encoding: gzip, chunked"),
                head("identity encoding", "POST /x HTTP/1.1", "Host: d", "Transfer-Encoding: identity"),
                head("chunked twice", "POST /x HTTP/1.1", "Host: d", "Transfer-Encoding: chunked, chunked"),
                head(
                        "two encodings",
                        "POST /x HTTP/1.1",
                        "Host: d",
                        "Transfer-Encoding: chunked",
                        "Transfer-Encoding: x"),
                head("a tab before chunked's end", "POST /x HTTP/1.1", "Host: d", "Transfer-Encoding: xchunked"),
                head("a folded line", "GET /x HTTP/1.1", "Host: d", "X-A: b", " folded"),
                head("a line folded by a tab", "GET /x HTTP/1.1", "Host: d", "X-A: b", "\tfolded"),
                head("a fold before any header", "GET /x HTTP/1.1", " Host: d"),
                head("a space before the colon", "POST /x HTTP/1.1", "Host: d", "Content-Length : 3"),
                head("a tab before the colon", "POST /x HTTP/1.1", "Host: d", "Transfer-Encoding\t: chunked"),
                head("a header without a colon", "GET /x HTTP/1.1", "Host: d", "Nonsense"),
                head("a header without a name", "GET /x HTTP/1.1", "Host: d", ": x"),
                head("NUL in a value", "GET /x HTTP/1.1", "Host: d", "X-A: b\0c"),
                head("NUL in a name", "GET /x HTTP/1.1", "Host: d", "X\0A: b"),
                head("NUL in the path", "GET /x\0y HTTP/1.1", "Host: d"),
                head("a bare CR in a value", "GET /x HTTP/1.1", "Host: d", "X-A: b\rTransfer-Encoding: chunked"),
                head("a bare LF in a value", "GET /x HTTP/1.1", "Host: d", "X-A: b\nTransfer-Encoding: chunked"),
                head("an escape character", "GET /x HTTP/1.1", "Host: d", "X-A: \033[2J"),
                head("no Host", "GET /x HTTP/1.1", "X-A: b"),
                head("two Hosts", "GET /x HTTP/1.1", "Host: d", "Host: e"),
                head("no version", "GET /x", "Host: d"),
                head("two spaces", "GET  /x HTTP/1.1", "Host: d"),
                head("a space in the target", "GET /x y HTTP/1.1", "Host: d"),
                head("a tab in the request line", "GET\t/x HTTP/1.1", "Host: d"),
                head("a leading empty line", "", "GET /x HTTP/1.1", "Host: d"),
                head("a small-letter method", "get /x HTTP/1.1", "Host: d"));
    }

    private static Arguments head(String what, String... lines) {
        return Arguments.of(what, String.join("\r\n", lines) + "\r\n\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedHeadIsAnsweredWith400AndNothingAfterItIsRead(String what, String head) throws IOException {
        try (var client = server.client()) {
            String answer = client.send(head + "abc" + SMUGGLED).readAll();

            assertThat(answer).as(what).startsWith("HTTP/1.1 400 ").contains("Connection: close", "{\"message\":\"");
            assertThat(answer.split("HTTP/1.1 ", -1)).as("answers").hasSize(2);
            assertThat(handled).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a%2F%2Fb",
                "/a%2f",
                "/%2Fa",
                "/a%2F..%2Fb",
                "/a%2f%2e%2e",
                "/a/.%2Fb",
                "//a",
                "/a//b",
                "/./a",
                "/a/.",
                "/a/../b",
                "/..",
                "/%2e%2e/a",
                "/a/.%2E/b",
                "/a%",
                "/a%4",
                "/a%zz",
                "/a%-1",
                "/a%00b",
                "/a%0ab",
                "/a%ff",
                "/a%c0%af",
                "/a%ed%a0%80",
                "/a\\b",
                "/a#b",
                "/a\"b",
                "/{a}",
                "/a|b",
                "/a\u00e4",
                "/a?b=%",
                "/a?b=%f",
                "/a?%gg=1",
                "/a?b=%ff",
                "/a?b#c",
                "http://docker/a",
                "docker:80",
                "*",
                "a",
                "?a"
            })
    void aDoubtfulTargetIsAnsweredWith400(String target) throws IOException {
        try (var client = server.client()) {
            String answer = client.get(target).send(SMUGGLED).readAll();

            assertThat(answer).startsWith("HTTP/1.1 400 ");
            assertThat(handled).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xyz\r\nabc\r\n0\r\n\r\n",
                "-1\r\nabc\r\n0\r\n\r\n",
                "+3\r\nabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                " 3\r\nabc\r\n0\r\n\r\n",
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3\r\nabc0\r\n\r\n",
                "\r\n\r\n",
                "ffffffffffffffff\r\nabc\r\n0\r\n\r\n",
                "100000003\r\nabc\r\n0\r\n\r\n",
                "3;a=\nb\r\nabc\r\n0\r\n\r\n"
            })
    void aBodyWithABrokenChunkIsAnsweredWith400(String body) throws IOException {
        try (var client = server.client()) {
            String answer = client.send(
                            "POST /x HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED)
                    .readAll();

            assertThat(answer).startsWith("HTTP/1.1 400 ");
            assertThat(answer.split("HTTP/1.1 ", -1)).as("answers").hasSize(2);
            assertThat(handled.get()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aCompressedBodyIsAnsweredWith415() throws IOException {
        try (var client = server.client()) {
            String answer = client.send(
                            "POST /x HTTP/1.1\r\nHost: d\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
                    .readAll();

            assertThat(answer).startsWith("HTTP/1.1 415 ").contains("Content-Encoding gzip");
            assertThat(handled).hasValue(0);
        }
    }

    @Test
    void anUnknownExpectationIsAnsweredWith417() throws IOException {
        try (var client = server.client()) {
            String answer = client.send("GET /x HTTP/1.1\r\nHost: d\r\nExpect: miracles\r\n\r\n")
                    .readAll();

            assertThat(answer).startsWith("HTTP/1.1 417 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9"})
    void anotherVersionIsAnsweredWith505(String version) throws IOException {
        try (var client = server.client()) {
            String answer =
                    client.send("GET /x " + version + "\r\nHost: d\r\n\r\n").readAll();

            assertThat(answer).startsWith("HTTP/1.1 505 ");
            assertThat(handled).hasValue(0);
        }
    }

    @Test
    void aHeadLargerThan64KiBIsAnsweredWith431() throws IOException {
        try (var client = server.client()) {
            String answer = client.send("GET /x HTTP/1.1\r\nHost: d\r\nX-A: " + "a".repeat(70_000) + "\r\n\r\n")
                    .readAll();

            assertThat(answer).startsWith("HTTP/1.1 431 ");
            assertThat(handled).hasValue(0);
        }
    }

    @Test
    void aPathOfNearly64KiBIsServed() throws IOException {
        try (var client = server.client()) {
            String answer = client.get("/" + "a".repeat(60_000)).readAnswer();

            assertThat(answer).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aPeerWithoutIdentityIsClosedBeforeAByteIsRead() throws IOException {
        try (var strict = TestServer.start(
                        exchange -> exchange.answerEmpty(200),
                        _ -> {
                            throw new IOException("nobody");
                        },
                        Limits.STANDARD);
                var client = strict.client()) {
            assertThat(client.readAll()).isEmpty();
        }
    }
}
