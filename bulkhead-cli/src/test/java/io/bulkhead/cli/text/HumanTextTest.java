package io.bulkhead.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HumanTextTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "999, 999B",
        "1000, 1kB",
        "12345678, 12.3MB",
        "7797760, 7.8MB",
        "1500000000, 1.5GB",
        "117000000, 117MB"
    })
    void sizesAreDecimalWithThreeDigits(long bytes, String text) {
        assertThat(Sizes.decimal((double) bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0B", "1024, 1KiB", "2097152000, 1.953GiB", "536870912, 512MiB"})
    void memoryIsBinaryWithFourDigits(long bytes, String text) {
        assertThat(Sizes.binary((double) bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "512m, 536870912",
        "1.5g, 1610612736",
        "64kib, 65536",
        "1024, 1024",
        "1b, 1",
        "2KB, 2048",
        "1 g, 1073741824"
    })
    void sizesAreReadInPowersOf1024(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1q", "-1", "1.2.3", "99999999999t", "1gg"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> Sizes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("invalid s");
    }

    @ParameterizedTest
    @CsvSource({
        "0, Less than a second ago", "1, 1 second ago", "59, 59 seconds ago", "60, About a minute ago",
        "119, About a minute ago", "120, 2 minutes ago", "3600, About an hour ago", "7200, 2 hours ago",
        "172800, 2 days ago", "1209600, 2 weeks ago", "5184000, 2 months ago", "63072000, 2 years ago"
    })
    void agesAreDockersWords(long seconds, String text) {
        assertThat(Ages.ago(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "5s, 5000000000",
        "1m30s, 90000000000",
        "500ms, 500000000",
        "1.5h, 5400000000000",
        "0, 0",
        "-1s, -1000000000"
    })
    void durationsAreGos(String text, long nanos) {
        assertThat(GoDuration.parse(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "1x", "1m2", "."})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000, 1700000000",
        "42m, 1699997480.000000000",
        "2023-11-14T22:13:20Z, 1700000000.000000000",
        "2023-11-14T22:13:20, 1700000000.000000000",
        "2023-11-14, 1699920000.000000000"
    })
    void momentsAreSecondsOfTheEpoch(String text, String query) {
        assertThat(Moments.query(text, Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC))
                .isEqualTo(query);
    }

    @Test
    void whatIsNoMomentIsRefused() {
        assertThatThrownBy(() -> Moments.query("yesterday", Instant.EPOCH, ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"yesterday\"");
    }

    @Test
    void aMomentIsShownAsGoDoes() {
        assertThat(Moments.shown(Instant.ofEpochSecond(1_700_000_000), ZoneId.of("UTC")))
                .isEqualTo("2023-11-14 22:13:20 +0000 UTC");
    }

    @Test
    void columnsAreSpacedAsDockers() {
        var columns = new Columns();

        columns.add(List.of("CONTAINER ID", "IMAGE", "NAMES"));
        columns.add(List.of("0123456789ab", "a-rather-long-name", "web"));

        assertThat(columns.lines())
                .containsExactly(
                        "CONTAINER ID   IMAGE                NAMES", "0123456789ab   a-rather-long-name   web");
    }

    @Test
    void aNarrowColumnIsTenWide() {
        var columns = new Columns();

        columns.add(List.of("IMAGE", "X"));

        assertThat(columns.lines()).containsExactly("IMAGE     X");
    }

    @Test
    void whatIsCutEndsWithAnEllipsis() {
        assertThat(Cut.ellipsis("\"sh -c 'something long'\"", 20)).hasSize(20).endsWith("…");
        assertThat(Cut.ellipsis("short", 20)).isEqualTo("short");
        assertThat(Cut.id("sha256:0123456789abcdef")).isEqualTo("0123456789ab");
    }
}
