package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.spec.LogSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogLimitTest {

    private static long limit(String size) {
        return LogLimit.of(new LogSpec("json-file", Map.of("max-size", size)), 7);
    }

    @Test
    void absentMeansTheDaemonsOwn() {
        assertThat(LogLimit.of(LogSpec.defaults(), 7)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "10k, 10240", "10m, 10485760", "1g, 1073741824", "10MB, 10485760", "-1, -1"})
    void sizesAreReadAsDockerReadsThem(String size, long bytes) {
        assertThat(limit(size)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "-2", "1t", "1.5m", "99999999999999999999"})
    void anythingElseIsRefused(String size) {
        assertThatThrownBy(() -> limit(size))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(EngineException.Reason.INVALID));
    }
}
