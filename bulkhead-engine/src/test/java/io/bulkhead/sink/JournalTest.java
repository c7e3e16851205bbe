package io.bulkhead.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Against a real systemd-journald.
@Timeout(120)
class JournalTest {

    private static final String OURS = "MESSAGE_ID=" + Journal.MESSAGE_ID;

    @TempDir
    Path directory;

    private Sinks open(Journald journald) {
        return Sinks.open(
                directory.resolve("audit"),
                List.of(new SinkSettings("journal", new SinkSettings.JournalKind(journald.socket))),
                Duration.ofSeconds(2));
    }

    private Record record() {
        return new Record(directory.resolve("audit"));
    }

    /// journalctl gives what is not printable as numbers.
    private static String text(JsonNode value) {
        if (!value.isArray()) {
            return value.asString();
        }
        byte[] bytes = new byte[value.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) value.get(i).asInt();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void anEntryHasTheFieldsOfTheRecord() throws Exception {
        try (var journald = new Journald(directory);
                var record = record()) {
            journald.start();
            try (var _ = open(journald)) {
                record.call("volume:data", Optional.of("conflict"));
                record.refused("volume:other");

                JsonNode outcome =
                        journald.entries(1, OURS, "BULKHEAD_OUTCOME=failed").getFirst();
                assertThat(text(outcome.path("BULKHEAD_ERROR"))).isEqualTo("conflict");
                assertThat(text(outcome.path("BULKHEAD_OPERATION"))).isEqualTo("volume.inspect");
                assertThat(text(outcome.path("BULKHEAD_STATUS"))).isEqualTo("500");
                assertThat(text(outcome.path("SYSLOG_IDENTIFIER"))).isEqualTo("bulkheadd");
                JsonNode refused =
                        journald.entries(1, OURS, "BULKHEAD_DECISION=refused").getFirst();
                assertThat(text(refused.path("BULKHEAD_UID"))).isEqualTo("1000");
                assertThat(text(refused.path("PRIORITY"))).isEqualTo("4");
                assertThat(text(refused.path("BULKHEAD_RECORD"))).startsWith("{\"seq\":");
                assertThat(text(refused.path("_PID")))
                        .as("who sends is the kernel's word")
                        .isEqualTo(Long.toString(ProcessHandle.current().pid()));
            }
        }
    }

    @Test
    void aHostileNameBeginsNoFieldOfItsOwn() throws Exception {
        String hostile = "evil\nPRIORITY=0\nBULKHEAD_UID=0\n\u001b[2J\u0000\"'";
        try (var journald = new Journald(directory);
                var record = record()) {
            journald.start();
            try (var _ = open(journald)) {
                record.refused(hostile);

                JsonNode entry =
                        journald.entries(1, OURS, "BULKHEAD_DECISION=refused").getFirst();
                assertThat(text(entry.path("BULKHEAD_OBJECT"))).isEqualTo(hostile);
                assertThat(text(entry.path("BULKHEAD_UID"))).isEqualTo("1000");
                assertThat(text(entry.path("PRIORITY"))).isEqualTo("4");
                assertThat(text(entry.path("MESSAGE"))).doesNotContain("\n").doesNotContain("\u001b");
            }
        }
    }

    @Test
    void aVeryLongRecordIsShortened() throws Exception {
        try (var journald = new Journald(directory);
                var record = record()) {
            journald.start();
            try (var _ = open(journald)) {
                record.refused("x".repeat(500_000));

                JsonNode entry =
                        journald.entries(1, OURS, "BULKHEAD_DECISION=refused").getFirst();
                assertThat(JsonMapper.shared()
                                .readTree(text(entry.path("BULKHEAD_RECORD")))
                                .path("cut")
                                .asBoolean())
                        .isTrue();
            }
        }
    }

    @Test
    void whatTheJournalMissedComesWhenItIsBack() throws Exception {
        try (var journald = new Journald(directory);
                var record = record()) {
            journald.start();
            try (var _ = open(journald)) {
                record.calls(0, 10);
                assertThat(journald.entries(10, OURS, "BULKHEAD_KIND=outcome")).hasSizeGreaterThanOrEqualTo(10);
                journald.stop();
                record.calls(10, 100);
                Thread.sleep(1000);

                journald.start();

                List<JsonNode> all = journald.entries(110, OURS, "BULKHEAD_KIND=outcome");
                assertThat(all.stream()
                                .map(entry -> text(entry.path("BULKHEAD_OBJECT")))
                                .distinct())
                        .hasSize(110);
            }
        }
    }
}
