package io.bulkhead.dockerapi.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {

    /// The table of go-units' own test.
    @ParameterizedTest
    @CsvSource({
        "PT0.45S, Less than a second",
        "PT1S, 1 second",
        "PT45S, 45 seconds",
        "PT60S, About a minute",
        "PT75S, About a minute",
        "PT3M, 3 minutes",
        "PT45M, 45 minutes",
        "PT60M, About an hour",
        "PT75M, About an hour",
        "PT90M, 2 hours",
        "PT3H, 3 hours",
        "PT24H, 24 hours",
        "PT36H, 36 hours",
        "PT60H, 2 days",
        "P7D, 7 days",
        "P15D, 2 weeks",
        "P35D, 5 weeks",
        "P105D, 3 months",
        "P690D, 23 months",
        "P735D, 2 years",
    })
    void durationsReadAsInDocker(Duration duration, String text) {
        assertThat(StatusText.duration(duration)).isEqualTo(text);
    }
}
