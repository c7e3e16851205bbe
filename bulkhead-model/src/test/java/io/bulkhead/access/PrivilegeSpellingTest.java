package io.bulkhead.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivilegeSpellingTest {

    static java.util.stream.Stream<Privilege> all() {
        return PrivilegePatternTest.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsSpelledIsRead(Privilege privilege) {
        if (privilege instanceof Privilege.JoinedNamespace) {
            assertThat(Privilege.parse("joined-namespace:network").spelling()).startsWith("joined-namespace:network:");
            return;
        }
        assertThat(Privilege.parse(privilege.spelling())).isEqualTo(privilege);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "all",
                "added-capability:*",
                "host-path:/srv/*:ro",
                "host-port:*:80",
                "host-port:0.0.0.0:80-90",
                "host-namespace:*",
                "nothing"
            })
    void severalAreNotOne(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Privilege.parse(text));
    }
}
