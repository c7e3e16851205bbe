package io.bulkhead.cli.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `create-bodies.json` holds what the stock client (28.2.2) sent to a socket for each list of arguments: the first one
/// whole, the others as what differs from it, or the words of its refusal.
class CreateBodyTest {

    @TempDir
    static Path directory;

    @CommandLine.Command
    static final class Verb {
        @Mixin
        CreateOptions options = new CreateOptions();

        @Option(names = "-d")
        boolean detached;

        @Parameters(index = "0")
        String image = "";

        @Parameters(index = "1..*")
        List<String> command = new ArrayList<>();
    }

    record Case(List<String> arguments, Json capture, Json plain) {
        @Override
        public String toString() {
            return String.join(" ", arguments);
        }
    }

    static Stream<Case> accepted() {
        return captures().filter(one -> !one.capture().at("error").exists());
    }

    static Stream<Case> refused() {
        return captures()
                .filter(one -> one.capture().at("error").exists())
                .filter(one -> !one.arguments().contains("--unknown"))
                // ours: the stock client knows `host` only
                .filter(one -> !one.arguments().contains("--userns"))
                .filter(one -> !one.arguments().contains("stdout"));
    }

    private static Stream<Case> captures() {
        List<Json> all = Json.read(resource()).items();
        Json plain = all.getFirst().at("body");
        return all.stream()
                .map(capture -> new Case(
                        capture.at("args").items().stream().map(Json::text).toList(), capture, plain));
    }

    private static byte[] resource() {
        try (InputStream file = CreateBodyTest.class.getResourceAsStream("create-bodies.json")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@DIR@", directory.toString())
                    .getBytes(StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void theBodyIsTheStockClients(Case one) throws IOException {
        Json expected = expected(one);

        Json body = body(one.arguments());

        assertThat(sorted(body)).isEqualTo(sorted(expected));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatTheStockClientRefusesIsRefusedInItsWords(Case one) {
        String words = one.capture().at("error").text();

        assertThatThrownBy(() -> body(one.arguments())).satisfies(refusal -> {
            if (refusal instanceof Failure failure) {
                assertThat(failure.code()).isEqualTo(125);
                assertThat(start(String.valueOf(failure.getMessage()))).isEqualTo(start(words));
            } else {
                // a number that picocli refuses itself
                assertThat(refusal).isInstanceOf(CommandLine.ParameterException.class);
            }
        });
    }

    /// Go's own words about a number are not ours to repeat.
    private static String start(String words) {
        return words.replaceAll("(, error: strconv|strconv|parsing).*", "");
    }

    @Test
    void aRuleOnOneSystemCallIsPassedOnAndNoFileIsOpened() throws IOException {
        Json body = body(List.of("--security-opt", "seccomp:deny:getcwd", "--userns", "shift:2", "alpine"));

        assertThat(body.at("HostConfig", "SecurityOpt").items().getFirst().text())
                .isEqualTo("seccomp:deny:getcwd");
        assertThat(body.at("HostConfig", "UsernsMode").text()).isEqualTo("shift:2");
    }

    /// With its lines, which the daemon names when it explains a rule of it.
    @Test
    void aSeccompProfileIsSentAsTheFilesContent() throws IOException {
        Path profile =
                Files.writeString(directory.resolve("profile.json"), "{\n\"defaultAction\": \"SCMP_ACT_ALLOW\"\n}");

        Json body = body(List.of("--security-opt", "seccomp=" + profile, "alpine"));

        assertThat(body.at("HostConfig", "SecurityOpt").items().getFirst().text())
                .isEqualTo("seccomp={\n\"defaultAction\": \"SCMP_ACT_ALLOW\"\n}");
    }

    @Test
    void aSeccompProfileThatIsMissingIsRefused() {
        assertThatThrownBy(() -> body(List.of("--security-opt", "seccomp=/nope.json", "alpine")))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("opening seccomp profile (/nope.json) failed");
    }

    private static Json body(List<String> arguments) throws IOException {
        Files.writeString(directory.resolve("env"), "# comment\nA=1\n\nHOME_X\nB=two words\n");
        Files.writeString(directory.resolve("labels"), "# c\na=1\nb\n");
        var verb = new Verb();
        List<String> given = arguments.getFirst().equals("run") ? arguments.subList(1, arguments.size()) : arguments;
        new CommandLine(verb)
                .setStopAtPositional(true)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .parseArgs(given.toArray(String[]::new));
        var nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        var console = new Console(
                new ByteArrayInputStream(new byte[0]),
                nowhere,
                nowhere,
                Clock.systemUTC(),
                Map.of("FROM_HOST", "seen"));
        Map<String, Object> body = CreateBody.of(verb.options, verb.image, verb.command, verb.detached, console);
        return Json.read(JsonText.bytes(body));
    }

    /// The stock client was run in the directory of the captures, this test is not.
    private static Json expected(Case one) {
        Map<String, @Nullable Object> tree = mutable(one.plain());
        one.capture().at("changes").fields().forEach((path, value) -> set(tree, path, value.value()));
        String text = JsonText.compact(tree)
                .replace(directory + "/rel", Path.of("rel").toAbsolutePath().toString());
        return Json.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, @Nullable Object> mutable(Json object) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<String, Json> field : object.fields().entrySet()) {
            Json value = field.getValue();
            copy.put(field.getKey(), value.fields().isEmpty() ? value.value() : mutable(value));
        }
        return copy;
    }

    @SuppressWarnings("unchecked") // the copy above holds such maps only
    private static void set(Map<String, @Nullable Object> tree, String path, @Nullable Object value) {
        String[] names = path.substring(1).split("/", -1);
        Map<String, @Nullable Object> at = tree;
        for (int i = 0; i < names.length - 1; i++) {
            at = (Map<String, @Nullable Object>) Objects.requireNonNull(at.get(names[i]));
        }
        at.put(names[names.length - 1], value);
    }

    /// Docker's client keeps binds and variables in Go maps, whose order is chance.
    private static String sorted(Json body) {
        Map<String, @Nullable Object> tree = mutable(body);
        sort(tree, "Env");
        sort((Map<?, ?>) Objects.requireNonNull(tree.get("HostConfig")), "Binds");
        return JsonText.compact(deep(tree));
    }

    @SuppressWarnings("unchecked") // only reached for the two lists of text above
    private static void sort(Map<?, ?> tree, String name) {
        if (tree.get(name) instanceof List<?> list) {
            ((Map<String, Object>) tree)
                    .put(name, list.stream().map(String::valueOf).sorted().toList());
        }
    }

    private static @Nullable Object deep(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new TreeMap<>();
            map.forEach((name, field) -> copy.put(String.valueOf(name), deep(field)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(deep(item)));
            return copy;
        }
        return value;
    }
}
