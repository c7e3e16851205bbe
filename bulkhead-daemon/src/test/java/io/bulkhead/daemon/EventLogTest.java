package io.bulkhead.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLogTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final System.Logger log = System.getLogger("io.bulkhead.test");

    @AfterEach
    void back() {
        EventLog.configure(LogFormat.TEXT, System.Logger.Level.INFO, System.err);
    }

    private void into(LogFormat format) {
        EventLog.configure(format, System.Logger.Level.INFO, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anEventIsOneLineOfKeysAndValues() {
        into(LogFormat.TEXT);

        log.log(System.Logger.Level.INFO, "container started", "container", "web", "caller", "unix:0", "reason", "a b");

        assertThat(written()).matches("\\S+Z INFO container started container=web caller=unix:0 reason=\"a b\"\n");
    }

    @Test
    void aHostileValueCannotForgeALineOrATerminalSequence() {
        into(LogFormat.TEXT);

        log.log(System.Logger.Level.INFO, "e", "k", "a\n2026 INFO forged\u001b[2J \"x\" \u202e");

        assertThat(written().lines()).hasSize(1);
        assertThat(written()).contains("k=\"a\\u000a2026 INFO forged\\u001b[2J \\\"x\\\" \\u202e\"");
    }

    @Test
    void jsonHasFixedKeysThatValuesCannotReplace() {
        into(LogFormat.JSON);

        log.log(System.Logger.Level.WARNING, "refused", "reason", "a\nb", "level", "INFO");

        assertThat(written().lines()).hasSize(1);
        assertThat(written()).contains("\"level\":\"WARNING\",\"event\":\"refused\",\"reason\":\"a\\nb\"}");
    }

    @Test
    void anExceptionIsInTheSameLine() {
        into(LogFormat.TEXT);

        log.log(
                System.Logger.Level.ERROR,
                "failed",
                new IllegalStateException("what", new IllegalArgumentException("why")));

        assertThat(written().lines()).hasSize(1);
        assertThat(written()).contains("IllegalStateException: what", "EventLogTest", "caused by", "why");
    }

    @Test
    void whatLibrariesLogIsOneLineOfTheSameLog() {
        into(LogFormat.TEXT);
        ForeignLog.install();

        java.util.logging.Logger.getLogger("some.library")
                .log(java.util.logging.Level.WARNING, "odd\nthing", new IllegalStateException("what"));

        assertThat(written().lines()).hasSize(1);
        assertThat(written()).contains("WARNING odd\\u000athing error=", "logger=some.library");
    }

    @Test
    void whatIsBelowTheLevelIsNotWritten() {
        into(LogFormat.TEXT);

        log.log(System.Logger.Level.DEBUG, "quiet");
        log.log(System.Logger.Level.INFO, "{0} of {1}", "one", 2);

        assertThat(written()).endsWith(" INFO one of 2\n").doesNotContain("quiet");
    }
}
