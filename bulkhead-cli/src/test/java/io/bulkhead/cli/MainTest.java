package io.bulkhead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Verb;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        var console = new Console(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Clock.fixed(Instant.ofEpochSecond(1_700_007_200), ZoneOffset.UTC),
                Map.of("BULKHEAD_HOST", "unix://" + directory.resolve("socket")));
        return Main.run(console, arguments);
    }

    /// A daemon that gives one answer after the other, each on its connection.
    private Thread daemon(List<String> requests, String... answers) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
        return Thread.ofVirtual().start(() -> {
            try (server) {
                for (String answer : answers) {
                    try (var connection = server.accept()) {
                        requests.add(firstLine(Channels.newInputStream(connection)));
                        OutputStream output = Channels.newOutputStream(connection);
                        output.write(answer.getBytes(StandardCharsets.UTF_8));
                    }
                }
            } catch (IOException failure) {
                requests.add("failed: " + failure);
            }
        });
    }

    private static String firstLine(InputStream input) throws IOException {
        byte[] bytes = new byte[4096];
        int count = input.read(bytes);
        String text = new String(bytes, 0, Math.max(count, 0), StandardCharsets.UTF_8);
        return text.lines().findFirst().orElse("");
    }

    private static String json(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static String frame(String output) {
        return "\u0001\0\0\0\0\0\0" + (char) output.length() + output;
    }

    static List<String> names() {
        return Verbs.NAMES;
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyVerbHasHelp(String name) {
        List<String> arguments = new ArrayList<>(List.of(name.split(" ", -1)));
        arguments.add("--help");

        int code = run(arguments.toArray(String[]::new));

        assertThat(code).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: bulkhead " + name);
    }

    /// Verbs that say so may be run without picocli, so their fields must hold what picocli would set.
    @ParameterizedTest
    @MethodSource("names")
    void aVerbThatNeedsNoArgumentsIsReadWithoutAny(String name) {
        Optional<Verb> verb = Verbs.named(name).filter(found -> !found.needsArguments());

        verb.ifPresent(found -> assertThat(Parsing.parse(
                        found,
                        name,
                        new String[0],
                        new Console(
                                new ByteArrayInputStream(new byte[0]),
                                new PrintStream(out, false, StandardCharsets.UTF_8),
                                new PrintStream(err, false, StandardCharsets.UTF_8),
                                Clock.systemUTC(),
                                Map.of())))
                .isEqualTo(Parsing.Outcome.PARSED));
    }

    @ParameterizedTest
    @CsvSource({
        "ps --nope, 125",
        "nope, 1",
        "ps extra, 1",
        "rm, 1",
        "run, 1",
        "--nope, 125",
        "-H, 125",
        "image nope, 1",
        "run --name, 125",
        "create --memory 1q x, 125",
        "ps --filter nonsense, 125",
        "exec x, 1",
        "inspect, 1",
        "run --cpu-shares many x, 125",
        "-H tcp://x version, 1",
        "run -d --rm --restart always x, 125",
        "login, 1"
    })
    void whatCannotBeReadIsOneLineAndDockersCode(String line, int code) {
        assertThat(run(line.split(" ", -1))).isEqualTo(code);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("bulkhead: ")
                .hasLineCount(1);
        assertThat(out.size()).isZero();
    }

    @Test
    void aMissingDaemonIsTold() {
        assertThat(run("ps")).isEqualTo(1);
        assertThat(run("run", "x")).isEqualTo(125);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("Cannot connect to the Bulkhead daemon at unix://" + directory.resolve("socket"));
    }

    @Test
    void containersAreListedAsDockerDoes() throws Exception {
        String body = "[{\"Id\":\"0123456789abcdef\",\"Names\":[\"/web\"],\"Image\":\"base\",\"Command\":\"sh -c"
                + " true\",\"Created\":1700000000,\"State\":\"running\",\"Status\":\"Up 2 hours\",\"Ports\":[{\"IP\":"
                + "\"0.0.0.0\",\"PrivatePort\":80,\"PublicPort\":8080,\"Type\":\"tcp\"}]}]";
        List<String> requests = new ArrayList<>();
        Thread daemon = daemon(requests, json("200 OK", body));

        int code = run("ps");

        daemon.join();
        assertThat(code).isZero();
        assertThat(requests).containsExactly("GET /v1.51/containers/json HTTP/1.1");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        CONTAINER ID   IMAGE     COMMAND        CREATED       STATUS       PORTS                  NAMES
                        0123456789ab   base      "sh -c true"   2 hours ago   Up 2 hours   0.0.0.0:8080->80/tcp   web
                        """);
    }

    @Test
    void aTemplateShapesEachRow() throws Exception {
        String body = "[{\"Id\":\"0123456789abcdef\",\"Names\":[\"/web\"],\"Labels\":{\"a\":\"1\"}}]";
        Thread daemon = daemon(new ArrayList<>(), json("200 OK", body));

        run("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.Label \"a\"}}");

        daemon.join();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("0123456789abcdef web 1\n");
    }

    @Test
    void aRefusalIsInTheDaemonsWords() throws Exception {
        String no = json("404 Not Found", "{\"message\":\"No such container: x\"}");
        List<String> requests = new ArrayList<>();
        Thread daemon = daemon(requests, no);

        int code = run("stop", "-t", "3", "x");

        daemon.join();
        assertThat(code).isEqualTo(1);
        assertThat(requests).containsExactly("POST /v1.51/containers/x/stop?t=3 HTTP/1.1");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("Error response from daemon: No such container: x\n");
    }

    @Test
    void runAnswersWithTheCodeOfTheContainer() throws Exception {
        String attached =
                String.join("\r\n", "HTTP/1.1 101 UPGRADED", "Connection: Upgrade", "Upgrade: tcp", "", frame("hi\n"));
        List<String> requests = new ArrayList<>();
        Thread daemon = daemon(
                requests,
                json("201 Created", "{\"Id\":\"abc\",\"Warnings\":[]}"),
                attached,
                json("200 OK", "{\"StatusCode\":37}"),
                "HTTP/1.1 204 No Content\r\n\r\n");

        int code = run("run", "--rm", "x", "sh", "-c", "exit 37");

        daemon.join();
        assertThat(requests)
                .containsExactly(
                        "POST /v1.51/containers/create HTTP/1.1",
                        "POST /v1.51/containers/abc/attach?stream=1&stdout=1&stderr=1 HTTP/1.1",
                        "POST /v1.51/containers/abc/wait?condition=removed HTTP/1.1",
                        "POST /v1.51/containers/abc/start HTTP/1.1");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hi\n");
        assertThat(code).isEqualTo(37);
    }

    @ParameterizedTest
    @CsvSource({
        "exec: \"nope\": executable file not found in $PATH, 127",
        "exec: \"/etc/passwd\": permission denied, 126",
        "a mount is refused, 125"
    })
    void whatKeepsAContainerFromRunningHasDockersCode(String message, int expected) throws Exception {
        String body = "{\"message\":\"" + message.replace("\"", "'") + "\"}";
        Thread daemon = daemon(
                new ArrayList<>(),
                json("201 Created", "{\"Id\":\"abc\",\"Warnings\":[]}"),
                json("400 Bad Request", body));

        int code = run("run", "-d", "x");

        daemon.join();
        assertThat(code).isEqualTo(expected);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("bulkhead: Error response from daemon: ");
    }

    @Test
    void completionKnowsEveryVerb() {
        assertThat(run("completion", "fish")).isZero();
        assertThat(run("completion", "bash")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("complete -c bulkhead", "'posture'", "_picocli_bulkhead");
    }
}
