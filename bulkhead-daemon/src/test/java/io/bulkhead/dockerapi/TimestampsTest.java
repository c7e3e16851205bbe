package io.bulkhead.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00Z",
        "1767225600, 2026-01-01T00:00:00Z",
        "1767225600.5, 2026-01-01T00:00:00.5Z",
        "1767225600.000000001, 2026-01-01T00:00:00.000000001Z",
        "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
        "2026-01-01T02:00:00.25+02:00, 2026-01-01T00:00:00.25Z",
        "24h, 2026-01-01T00:00:00Z",
        "1h30m, 2026-01-01T22:30:00Z",
        "10s500ms, 2026-01-01T23:59:49.5Z"
    })
    void aTimeIsReadAsDockerReadsIt(String text, String time) {
        assertThat(Timestamps.parse(text, NOW)).isEqualTo(Instant.parse(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1.2.3", "2026-01-01", "5 h", "1d", "99999999999999999999", "1.0000000001"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Timestamps.parse(text, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RFC 3339");
    }
}
