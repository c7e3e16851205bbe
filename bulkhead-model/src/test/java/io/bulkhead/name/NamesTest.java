package io.bulkhead.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({
        "debian, docker.io/library/debian, debian",
        "debian:12, docker.io/library/debian:12, debian:12",
        "me/app, docker.io/me/app, me/app",
        "localhost/app:1, localhost/app:1, localhost/app:1",
        "r.example.com:5000/a/b, r.example.com:5000/a/b, r.example.com:5000/a/b",
        "docker.io/library/x:y, docker.io/library/x:y, x:y"
    })
    void imageNamesAreReadAsDockerReadsThem(String text, String whole, String familiar) {
        assertThat(ImageName.parse(text)).hasToString(whole);
        assertThat(ImageName.parse(text).familiar()).isEqualTo(familiar);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a//b", "../x", "a:", "a@sha256:zz", "a@md5:00", "x y", "a:b c", "-a"})
    void whatIsNoImageNameIsRefused(String text) {
        assertThatThrownBy(() -> ImageName.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    /// CVE-2024-3727: a digest never becomes a path.
    @Test
    void aDigestWithAPathInItIsRefused() {
        assertThatThrownBy(() -> Digest.parse("sha256:../../etc/passwd"))
                .hasMessageContaining("64 lower-case hex digits");
    }

    @Property
    void anImageNameThatWasReadIsReadAgainTheSame(@ForAll String text) {
        try {
            ImageName name = ImageName.parse(text);
            assertThat(ImageName.parse(name.toString())).isEqualTo(name);
        } catch (IllegalArgumentException _) {
            // not a name
        }
    }

    @Test
    void foreignTextIsEscapedAndCut() {
        assertThat(Names.shown("a\nb\u001b[0m")).isEqualTo("a\\u000ab\\u001b[0m");
        assertThat(Names.shown("x".repeat(100))).hasSize(83).endsWith("...");
    }
}
