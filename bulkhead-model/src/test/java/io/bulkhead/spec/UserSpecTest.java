package io.bulkhead.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// CVE-2024-40635, CVE-2026-30892: no spelling of a user becomes root by accident.
class UserSpecTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4294967296",
                "4294967295",
                "-1",
                "0x0",
                "+1",
                "1:",
                ":0",
                " 0",
                "0 ",
                "1:2:3",
                "99999999999999999999",
                "a/b"
            })
    void whatIsNeitherANumberInRangeNorANameIsRefused(String text) {
        assertThatThrownBy(() -> UserSpec.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void anyTextIsRefusedOrMeansWhatItSays(@ForAll String text) {
        try {
            UserSpec user = UserSpec.parse(text);
            if (user.user() instanceof UserSpec.Id.Numeric(long value) && value == 0) {
                assertThat(text.split(":", -1)[0]).matches("0*");
            }
        } catch (IllegalArgumentException _) {
            // refused: fine
        }
    }

    @Test
    void numbersAndNamesMayBeMixed() {
        assertThat(UserSpec.parse("1000:adm"))
                .isEqualTo(new UserSpec(
                        "1000:adm", new UserSpec.Id.Numeric(1000), Optional.of(new UserSpec.Id.Named("adm"))));
        assertThat(UserSpec.parse("2147483648").user()).isEqualTo(new UserSpec.Id.Numeric(2_147_483_648L));
    }
}
