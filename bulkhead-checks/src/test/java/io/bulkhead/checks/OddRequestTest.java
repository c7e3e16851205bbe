package io.bulkhead.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// CVE-2024-41110, CVE-2026-34040: the same request written in every way that has confused a
/// checker. Whichever way is taken, what is decided on is what is done, and it is on the record.
@WithDaemon
class OddRequestTest {

    private static final String BODY = "{\"Image\":\"small:1\",\"Cmd\":[\"true\"]}";

    private final RunningDaemon daemon;

    OddRequestTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    private RawRequest.Answer send(String head, String body) {
        return RawRequest.send(
                daemon.socket(), head.replace("\n", "\r\n") + "Host: x\r\nConnection: close\r\n\r\n" + body);
    }

    private RawRequest.Answer create(String path, String body) {
        return send(
                "POST " + path + " HTTP/1.1\nContent-Type: application/json\nContent-Length: " + body.length() + "\n",
                body);
    }

    private long recorded() {
        try (Stream<Path> files = Files.walk(daemon.state().resolve("audit"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> {
                        try {
                            return Command.text(file)
                                    .lines()
                                    .filter(line ->
                                            line.contains("\"kind\":\"call\"") && line.contains("container.create"))
                                    .count();
                        } catch (IOException failure) {
                            throw new UncheckedIOException(failure);
                        }
                    })
                    .sum();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void theOrdinaryWayIsAnsweredAndRecordedOnce() {
        long before = recorded();

        assertThat(create("/v1.45/containers/create", BODY).status()).isEqualTo(201);

        assertThat(recorded()).isEqualTo(before + 1);
    }

    @Test
    void aChunkedBodyIsTheSameRequest() {
        long before = recorded();
        String chunked = "5\r\n" + BODY.substring(0, 5) + "\r\n" + Integer.toHexString(BODY.length() - 5) + "\r\n"
                + BODY.substring(5) + "\r\n0\r\n\r\n";

        RawRequest.Answer answer = send(
                "POST /containers/create HTTP/1.1\nContent-Type: application/json\nTransfer-Encoding: chunked\n",
                chunked);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(recorded()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no length: no body
                "POST /containers/create HTTP/1.1\nContent-Type: application/json\n",
                "POST /containers/create HTTP/1.1\nContent-Type: application/json\nContent-Length: 0\n",
                // two framings, two lengths, a length that is none
                "POST /containers/create HTTP/1.1\nContent-Length: 35\nTransfer-Encoding: chunked\n",
                "POST /containers/create HTTP/1.1\nContent-Length: 35\nContent-Length: 3\n",
                "POST /containers/create HTTP/1.1\nContent-Length: +35\n",
                "POST /containers/create HTTP/1.1\nContent-Length: -1\n",
                "POST /containers/create HTTP/1.1\nTransfer-Encoding: gzip, chunked\n",
                "POST /containers/create HTTP/1.1\nTransfer-Encoding: chunked, identity\n",
                "POST /containers/create HTTP/1.1\nContent-Encoding: gzip\nContent-Length: 35\n",
                // a wrong path
                "POST /CONTAINERS/create HTTP/1.1\nContent-Length: 35\n",
                "POST /containers/Create HTTP/1.1\nContent-Length: 35\n",
                "POST //containers/create HTTP/1.1\nContent-Length: 35\n",
                "POST /containers//create HTTP/1.1\nContent-Length: 35\n",
                "POST /containers/create/ HTTP/1.1\nContent-Length: 35\n",
                "POST /containers/./create HTTP/1.1\nContent-Length: 35\n",
                "POST /images/../containers/create HTTP/1.1\nContent-Length: 35\n",
                "POST /containers%2fcreate HTTP/1.1\nContent-Length: 35\n",
                "POST /containers/create%00 HTTP/1.1\nContent-Length: 35\n",
                "POST /v9.99/containers/create HTTP/1.1\nContent-Length: 35\n",
                "POST /v1.45/v1.45/containers/create HTTP/1.1\nContent-Length: 35\n",
                "post /containers/create HTTP/1.1\nContent-Length: 35\n",
                "PUT /containers/create HTTP/1.1\nContent-Length: 35\n",
            })
    void aRequestOneCouldReadInTwoWaysMakesNothing(String head) {
        RawRequest.Answer answer = send(head, BODY);

        assertThat(answer.status()).matches(status -> status < 200 || status > 299);
        assertThat(daemon.said("ps", "-aq")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"Image\":\"small:1\",\"Image\":\"small:1\"}",
                "{\"Image\":\"small:1\"}{\"Image\":\"small:1\",\"HostConfig\":{\"Privileged\":true}}",
                "{\"Image\":\"small:1\"} trailing",
                "{\"Image\":\"small:1\",\"HostConfig\":{\"Privileged\":false,\"Privileged\":true}}",
                "{\"Image\":\"small:1\",\"HostConfig\":{\"PidsLimit\":1e400}}",
                "{\"Image\":\"small:1\",\"HostConfig\":{\"Memory\":99999999999999999999999}}",
                "{\"Image\":\"small:1\",\"HostConfig\":{\"Memory\":\"lots\"}}",
                "{\"Image\":\"small:1\",\"Cmd\":{}}",
                "{\"Image\":5}",
            })
    void aBodyThatIsNotOneCleanRequestMakesNothing(String body) {
        RawRequest.Answer answer = create("/containers/create", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("{\"message\":");
        assertThat(daemon.said("ps", "-aq")).isEmpty();
    }

    /// Docker's own decoder takes keys in any case. Whatever is done with `privileged`, it is not done unseen.
    @Test
    void aKeyInAnotherCaseIsNeverHalfRead() {
        RawRequest.Answer answer = create(
                "/containers/create",
                "{\"Image\":\"small:1\",\"hostconfig\":{\"privileged\":true},\"Cmd\":[\"true\"]}");

        if (answer.status() == 201) {
            String id = daemon.said("ps", "-aq", "--no-trunc");
            assertThat(daemon.inspect(id, "{{.HostConfig.Privileged}} {{len .Bulkhead.Privileges}}"))
                    .as("taken with its privileges, or not at all")
                    .matches("true [1-9][0-9]*|false 0");
        } else {
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void aBodyOfManyMegabytesIsRefused() {
        RawRequest.Answer answer = create("/containers/create", "{\"Image\":\"" + "x".repeat(9_000_000) + "\"}");

        assertThat(answer.status()).isBetween(400, 413);
    }

    @Test
    void aDeepNestIsRefused() {
        assertThat(create("/containers/create", "{\"Labels\":" + "[".repeat(50_000))
                        .status())
                .isEqualTo(400);
    }
}
