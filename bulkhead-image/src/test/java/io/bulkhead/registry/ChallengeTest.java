package io.bulkhead.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChallengeTest {

    @Test
    void parametersComeInAnyOrderAndQuoting() {
        var challenges = Challenge.parse(List.of(
                "Bearer scope=\"repository:a/b:pull,push\", service=registry.example.com ,realm=\"https://x/t\""));

        assertThat(challenges)
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "scope",
                                "repository:a/b:pull,push",
                                "service",
                                "registry.example.com",
                                "realm",
                                "https://x/t")));
    }

    @Test
    void oneHeaderMayHoldSeveralChallenges() {
        var challenges = Challenge.parse(List.of("Negotiate, Basic realm=\"a\\\"b\", Bearer realm=\"https://x/t\""));

        assertThat(challenges).extracting(Challenge::scheme).containsExactly("negotiate", "basic", "bearer");
        assertThat(challenges.get(1).parameter("realm")).contains("a\"b");
    }

    @Test
    void aParameterGivenTwiceKeepsItsFirstValue() {
        var challenges = Challenge.parse(List.of("Bearer realm=\"https://x/t\",realm=\"http://evil/t\""));

        assertThat(challenges.getFirst().parameter("realm")).contains("https://x/t");
    }

    @Test
    void whatIsNoChallengeIsLeftOut() {
        assertThat(Challenge.parse(List.of("", "=", "\"", ",,,", "Bearer realm=\"unclosed")))
                .allMatch(challenge -> challenge.parameters().isEmpty());
        assertThat(Challenge.parse(List.of("Basic realm=\"" + "a".repeat(10_000) + "\"")))
                .isEmpty();
    }

    @Test
    void randomHeadersEndInSomeList() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        String alphabet = "Ba=\", \\\t:/";
        for (int i = 0; i < 20_000; i++) {
            var header = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                header.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(Challenge.parse(List.of(header.toString())))
                    .as("seed " + seed)
                    .isNotNull();
        }
    }
}
