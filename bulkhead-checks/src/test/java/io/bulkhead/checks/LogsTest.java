package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/// `docker logs`.
@WithDaemon
class LogsTest {

    private final RunningDaemon daemon;

    LogsTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    private void ran(String script) {
        daemon.docker("run", "--name", "said", IMAGE, "sh", "-c", script);
    }

    @Test
    void bothStreamsStayApart() {
        ran("echo out; echo err >&2");

        assertThat(daemon.docker("logs", "said")).isEqualTo(new Ran(0, "out\n", "err\n"));
    }

    @Test
    void tailIsTheLastLines() {
        ran("for i in 1 2 3 4 5; do echo $i; done");

        assertThat(daemon.said("logs", "-n", "2", "said")).isEqualTo("4\n5");
        assertThat(daemon.said("logs", "-n", "0", "said")).isEmpty();
        assertThat(daemon.said("logs", "-n", "all", "said")).isEqualTo("1\n2\n3\n4\n5");
    }

    @Test
    void timestampsGoBeforeTheLines() {
        ran("echo line");

        String[] words = daemon.said("logs", "-t", "said").split(" ", -1);

        assertThat(words).hasSize(2);
        assertThat(Instant.parse(words[0])).isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(words[1]).isEqualTo("line");
    }

    @Test
    void sinceAndUntilCutTheTime() {
        ran("echo early; sleep 1.2; echo late");
        Instant early =
                Instant.parse(daemon.said("logs", "-t", "-n", "2", "said").split(" ", -1)[0]);
        String between = early.plusMillis(600).toString();

        assertThat(daemon.said("logs", "--since", between, "said")).isEqualTo("late");
        assertThat(daemon.said("logs", "--until", between, "said")).isEqualTo("early");
    }

    @Test
    void followingEndsWithTheContainer() {
        daemon.said("run", "-d", "--name", "said", IMAGE, "sh", "-c", "echo one; sleep 1; echo two");

        assertThat(daemon.docker("logs", "-f", "said")).isEqualTo(new Ran(0, "one\ntwo\n", ""));
    }

    @Test
    void aLineLongerThanAnyBufferComesBackWhole() {
        ran("head -c 100000 /dev/zero | tr '\\0' x; echo");

        assertThat(daemon.said("logs", "said")).isEqualTo("x".repeat(100_000));
    }

    @Test
    void theEndOfALineIsOnlyThereIfItWasWritten() {
        ran("printf 'no end'");

        assertThat(daemon.docker("logs", "said").out()).isEqualTo("no end");
    }

    @Test
    void logsOutliveARestart() {
        ran("echo again");
        daemon.said("start", "-a", "said");

        assertThat(daemon.said("logs", "said")).isEqualTo("again\nagain");
    }

    @Test
    void bytesThatAreNoTextComeBackAsTheyAre() {
        ran("printf '\\001\\033[1m\\t<>\\n'");

        assertThat(daemon.docker("logs", "said").out()).isEqualTo("\001\033[1m\t<>\n");
    }
}
