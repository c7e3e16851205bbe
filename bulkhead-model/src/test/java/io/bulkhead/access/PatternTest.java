package io.bulkhead.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternTest {

    @Property
    void isWhatTheSameRegularExpressionIs(
            @ForAll @StringLength(min = 1, max = 8) @CharRange(from = 'a', to = 'b') @Chars({'*', '/'}) String pattern,
            @ForAll @StringLength(max = 8) @CharRange(from = 'a', to = 'b') @Chars('/') String name) {
        String expression = pattern.replace("**", ">").replace("*", "[^/]*").replace(">", ".*");

        assertThat(new Pattern(pattern).matches(name)).isEqualTo(name.matches(expression));
    }

    @Test
    void manyStarsTakeNoLongerThanFew() {
        var pattern = new Pattern("a*".repeat(250) + "c");
        String name = "a".repeat(4_000) + "b";

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertThat(pattern.matches(name)).isFalse());
    }

    @Test
    void emptyIsNoPattern() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Pattern(""));
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx:1.27, true",
        "nginx, docker.io/library/nginx@sha256:aa, true",
        "nginx, docker.io/library/nginx2:1, false",
        "nginx:1.*, docker.io/library/nginx:1.27, true",
        "nginx:1.*, docker.io/library/nginx:2.0, false",
        "nginx:1.*, docker.io/library/nginx@sha256:aa, false",
        "app/*, docker.io/app/web:1, true",
        "app/*, evil.example.com/app/web:1, false",
        "registry.example.com/app/*, registry.example.com/app/web:1, true",
        "registry.example.com/app/*, registry.example.com/app/web/x:1, false",
        "registry.example.com/app/*, registry.example.com/app/web@sha256:aa, true",
        "registry.example.com:5000/app/**, registry.example.com:5000/app/web/x:1, true",
        "registry.example.com/app/*, registry.example.com:5000/app/web:1, false",
        "localhost/x, localhost/x:latest, true",
        "*, evil.example.com/a/b:1, true",
        "*, sha256:aa, true",
        "sha256:aa, sha256:aa, true",
        "registry.example.com/*, sha256:aa, false",
        "*.example.com/app, registry.example.com/app:1, true",
    })
    void imagesAreMeantAsClientsMeanThem(String pattern, String image, boolean matches) {
        assertThat(ImagePattern.parse(pattern).matches(image)).isEqualTo(matches);
    }
}
