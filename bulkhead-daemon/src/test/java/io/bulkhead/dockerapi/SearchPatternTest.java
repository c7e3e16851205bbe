package io.bulkhead.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SearchPatternTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"(a+)+$", "(a|a)*b$", "(a|aa)+$", "a*a*a*a*a*a*a*a*a*a*a*a*a*b$", "^(([a-z])+.)+[A-Z]([a-z])+$"})
    void noPatternTakesLong(String pattern) {
        var search = SearchPattern.of("name", pattern);
        long begin = System.nanoTime();

        assertThat(search.isIn("a".repeat(128) + "!")).isFalse();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "(?=x)",
                "a{1001}",
                "((a{100}){100}){100}",
                "(((a{1,100}){1,100}){1,100}){1,100}",
                "(a{99,}){999}"
            })
    void whatRe2DoesNotKnowOrCannotHoldIsRefused(String pattern) {
        assertThatThrownBy(() -> SearchPattern.of("name", pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("invalid filter 'name=[" + pattern + "]'");
    }

    @Test
    void aPatternIsFoundAnywhereAtTheBeginningOrAsAWhole() {
        var pattern = SearchPattern.of("id", "[0-9a-f]{3}b?");

        assertThat(pattern.isIn("xx123")).isTrue();
        assertThat(pattern.begins("xx123")).isFalse();
        assertThat(pattern.begins("123bc")).isTrue();
        assertThat(pattern.is("123bc")).isFalse();
        assertThat(pattern.is("123b")).isTrue();
    }
}
