package io.bulkhead.dockerapi.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.image.ImageConfig;
import io.bulkhead.spec.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessResolverTest {

    private final Fixtures fixtures = new Fixtures();

    /// Docker's table of `ENTRYPOINT` and `CMD` (Dockerfile reference), with what a caller can say about each.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{} | entry,arg",
                "{'Cmd':['x']} | entry,x",
                "{'Cmd':[]} | entry,arg",
                "{'Entrypoint':['/own']} | /own",
                "{'Entrypoint':['/own'],'Cmd':['x']} | /own,x",
                "{'Entrypoint':[''],'Cmd':['x']} | x",
                "{'Entrypoint':[],'Cmd':['x']} | x",
                "{'Entrypoint':[]} | arg",
                "{'Entrypoint':null,'Cmd':null} | entry,arg",
            })
    void entryPointAndCommandMergeAsInDocker(String request, String args) {
        fixtures.config = Fixtures.config("", List.of(), List.of("entry"), List.of("arg"));

        assertThat(fixtures.resolve(request.replace('\'', '"')).process().args())
                .containsExactly(args.split(",", -1));
    }

    @Test
    void nothingToRunIsRefused() {
        fixtures.config = Fixtures.config("", List.of(), List.of(), List.of());

        assertThatThrownBy(() -> fixtures.resolve("{}")).hasMessage("no command specified");
        fixtures.config = Fixtures.config("", List.of(), List.of("entry"), List.of("arg"));
        assertThatThrownBy(() -> fixtures.resolve("{\"Entrypoint\":[\"\"]}")).hasMessage("no command specified");
    }

    @Test
    void theLastOfTwoVariablesCountsAndANameAloneTakesTheImagesAway() {
        assertThat(ProcessResolver.environment(
                        List.of("A=1", "GONE", "A=2", "EMPTY="), List.of("GONE=x", "B=3", "A=0", "EMPTY=y")))
                .containsExactly("A=2", "EMPTY=", "B=3");
        assertThatThrownBy(() -> ProcessResolver.environment(List.of("=x"), List.of()))
                .hasMessageContaining("it has no name");
    }

    @Test
    void aHealthCheckInheritsWhatItLeavesOut() {
        fixtures.config = withHealth(new ImageConfig.Health(
                List.of("CMD", "probe"), Duration.ofSeconds(7), Duration.ZERO, Duration.ZERO, Duration.ZERO, 9));

        HealthCheck check = fixtures.resolve("{\"Healthcheck\":{\"Timeout\":2000000}}")
                .health()
                .orElseThrow();

        assertThat(check)
                .isEqualTo(new HealthCheck(
                        List.of("CMD", "probe"),
                        Duration.ofSeconds(7),
                        Duration.ofMillis(2),
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        9));
        assertThat(fixtures.resolve("{\"Healthcheck\":{\"Test\":[\"NONE\"]}}")
                        .health()
                        .orElseThrow()
                        .enabled())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'Test':['SHELL','x'] | starts with NONE, CMD or CMD-SHELL",
                "'Test':['CMD-SHELL'] | CMD-SHELL takes one line",
                "'Test':['CMD'] | CMD needs a command",
                "'Interval':999999 | cannot be less than one millisecond",
                "'Interval':-5 | cannot be less than one millisecond",
                "'Retries':-1 | cannot be negative",
            })
    void aHealthCheckThatCannotRunIsRefused(String field, String problem) {
        assertThatThrownBy(() -> fixtures.resolve("{\"Healthcheck\":{" + field.replace('\'', '"') + "}}"))
                .hasMessageContaining(problem);
    }

    private ImageConfig withHealth(ImageConfig.Health health) {
        return new ImageConfig(
                "amd64",
                "linux",
                "",
                "",
                "",
                List.of(),
                List.of(),
                List.of("sh"),
                "",
                Map.of(),
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                false,
                Optional.of(health),
                List.of());
    }
}
