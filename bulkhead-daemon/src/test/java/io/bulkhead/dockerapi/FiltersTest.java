package io.bulkhead.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {

    private static Filters filters(String json) {
        var exchange = new FakeExchange(Ask.get("/").query("filters", json));
        return Filters.of(exchange, Set.of("label", "label!", "dangling", "name"));
    }

    @Test
    void bothFormsClientsSendMeanTheSame() {
        assertThat(filters("{\"name\":[\"a\",\"b\"]}").values("name")).containsExactly("a", "b");
        assertThat(filters("{\"name\":{\"a\":true,\"b\":true,\"c\":false}}").values("name"))
                .containsExactly("a", "b");
    }

    @Test
    void nothingGivenAllowsEverything() {
        assertThat(filters("").allows("name", "x")).isTrue();
        assertThat(filters("{}").labelsMatch(Map.of())).isTrue();
        assertThat(filters("{}").flag("dangling")).isEmpty();
    }

    @Test
    void valuesAreAlternatives() {
        assertThat(filters("{\"name\":[\"a\",\"b\"]}").allows("name", "b")).isTrue();
        assertThat(filters("{\"name\":[\"a\",\"b\"]}").allows("name", "c")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"label":["a"]}               | true
                    {"label":["a=1"]}             | true
                    {"label":["a=2"]}             | false
                    {"label":["a","b=2=3"]}       | true
                    {"label":["a","c"]}           | false
                    {"label!":["c"]}              | true
                    {"label!":["a"]}              | false
                    {"label!":["a=2"]}            | true
                    {"label":["a"],"label!":["b"]} | false
                    """)
    void labelsMustAllHoldAndUnwantedOnesMustNot(String json, boolean matches) {
        assertThat(filters(json).labelsMatch(Map.of("a", "1", "b", "2=3"))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "1, true", "false, false", "0, false"})
    void aFlagHasFourSpellings(String text, boolean value) {
        assertThat(filters("{\"dangling\":[\"" + text + "\"]}").flag("dangling"))
                .contains(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"dangling\":[\"yes\"]}", "{\"dangling\":[\"true\",\"false\"]}"})
    void anotherFlagIsRefused(String json) {
        assertThatThrownBy(() -> filters(json).flag("dangling")).hasMessageStartingWith("invalid filter 'dangling=[");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"color\":[\"red\"]}",
                "[]",
                "1",
                "{",
                "{\"name\":\"a\"}",
                "{\"name\":[1]}",
                "{\"name\":[\"a\"],\"name\":[\"b\"]}",
                "{} {}"
            })
    void whatIsNoFilterIsRefused(String json) {
        assertThatThrownBy(() -> filters(json))
                .satisfies(e ->
                        assertThat(Failure.of((RuntimeException) e).status()).isEqualTo(400));
    }
}
