package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A thousand containers, each with ids of its own, made and removed at once.
@WithDaemon
class ManyRangesTest {

    private static final int MANY = 1_000;

    private final RunningDaemon daemon;

    ManyRangesTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @Test
    void aThousandContainersHaveAThousandRangesAndLeaveNothing()
            throws IOException, InterruptedException, ExecutionException {
        each(i -> ask("POST", "/containers/create?name=many-" + i, """
                {"Image": "%s", "Cmd": ["true"], "HostConfig": {"NetworkMode": "none"}}""".formatted(IMAGE)));

        List<Long> firsts =
                daemon
                        .bulkheadCommand("userns", "ls", "--format", "{{(index .UidMap 0)}}")
                        .run()
                        .orFail()
                        .lines()
                        .stream()
                        .map(line -> Long.parseLong(line.split(" ", -1)[1]))
                        .sorted()
                        .toList();
        assertThat(firsts).hasSize(MANY);
        for (int i = 1; i < MANY; i++) {
            assertThat(firsts.get(i) - firsts.get(i - 1)).isGreaterThanOrEqualTo(65_536);
        }

        each(i -> ask("DELETE", "/containers/many-" + i, ""));

        assertThat(daemon.said("ps", "-aq")).isEmpty();
        assertThat(children("state/containers")).isEmpty();
        assertThat(children("run/containers")).isEmpty();
    }

    private List<Path> children(String directory) throws IOException {
        try (Stream<Path> children = Files.list(daemon.home().resolve(directory))) {
            return children.toList();
        }
    }

    private interface Step {
        RawRequest.Answer take(int number);
    }

    private static void each(Step step) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(16)) {
            List<Future<RawRequest.Answer>> answers = IntStream.range(0, MANY)
                    .mapToObj(i -> threads.submit(() -> step.take(i)))
                    .toList();
            for (var answer : answers) {
                assertThat(answer.get().status()).as(answer.get().text()).isIn(201, 204);
            }
        }
    }

    private RawRequest.Answer ask(String method, String path, String body) {
        return RawRequest.send(daemon.socket(), """
                %s /v1.51%s HTTP/1.1\r
                Host: localhost\r
                Connection: close\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                %s""".formatted(method, path, body.length(), body));
    }
}
