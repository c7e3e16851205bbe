package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `bulkhead` without a terminal, against the stock client where both have the verb.
@WithDaemon
class OwnClientTest {

    private final RunningDaemon daemon;

    OwnClientTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    private Ran bulkhead(String... arguments) {
        return daemon.bulkheadCommand(arguments).run();
    }

    @ParameterizedTest
    @CsvSource({
        "0, run --rm small:1 true",
        "3, run --rm small:1 sh -c 'exit 3'",
        "125, run --rm --nosuch small:1 true",
        "125, run --rm -m 1k small:1 true",
        "125, run --rm --pull never nosuch:1 true",
        "127, run --rm small:1 nosuch",
        "137, exec host sh -c 'kill -9 $$'",
        "126, run --rm small:1 /etc",
        "126, exec host /etc",
        "127, exec host nosuch",
        "7, exec host sh -c 'exit 7'",
        "1, exec nosuch true",
        "1, start nosuch",
        "1, logs nosuch",
        "1, inspect nosuch"
    })
    void theExitCodeIsTheStockClients(int code, String line) {
        daemon.said("run", "-d", "--name", "host", IMAGE, "sleep", "1000");
        String[] words = Stream.of(line.split(" (?=(?:[^']*'[^']*')*[^']*$)"))
                .map(word -> word.replace("'", ""))
                .toArray(String[]::new);

        Ran ours = bulkhead(words);

        assertThat(ours.exitCode()).as(ours.err()).isEqualTo(code);
        assertThat(daemon.docker(words).exitCode()).isEqualTo(code);
    }

    static Stream<List<String>> listings() {
        return Stream.of(
                List.of("ps"),
                List.of("ps", "-a"),
                List.of("ps", "-aq"),
                List.of("ps", "-a", "--no-trunc"),
                List.of("ps", "-n", "1"),
                List.of("ps", "-l", "-q"),
                List.of("ps", "-a", "--filter", "status=exited"),
                List.of("ps", "-a", "--filter", "name=one", "--filter", "label=a=b", "-q"),
                List.of("ps", "-a", "--filter", "ancestor=" + IMAGE, "--format", "{{.Names}}"),
                List.of(
                        "ps",
                        "-a",
                        "--format",
                        "{{.ID}}|{{.Image}}|{{.Command}}|{{.RunningFor}}|{{.Status}}|{{.Ports}}|{{.Names}}|{{.State}}"
                                + "|{{.Labels}}|{{.Mounts}}|{{.LocalVolumes}}|{{.Networks}}|{{.CreatedAt}}"),
                List.of("ps", "-a", "--format", "table {{.Names}}\\t{{.Label \"a\"}}\\t{{upper .State}}"),
                List.of("ps", "-a", "--format", "{{json .Names}}"),
                List.of("images"),
                List.of("images", "-q"),
                List.of("images", "--no-trunc"),
                List.of("images", "--digests"),
                List.of("images", "small"),
                List.of("images", "--filter", "reference=small:*", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"),
                List.of("images", "--filter", "dangling=true", "-q"),
                List.of(
                        "images",
                        "--format",
                        "{{.Repository}}|{{.Tag}}|{{.ID}}|{{.Size}}|{{.CreatedSince}}|{{.Digest}}"),
                List.of("images", "--format", "json"),
                List.of("volume", "ls"),
                List.of("volume", "ls", "-q"),
                List.of("volume", "ls", "--filter", "name=dat"),
                List.of("volume", "ls", "--filter", "dangling=true", "--format", "{{.Name}} {{.Driver}} {{.Scope}}"),
                List.of("volume", "ls", "--format", "json"),
                List.of("network", "ls"),
                List.of("network", "ls", "-q"),
                List.of("network", "ls", "--no-trunc"),
                List.of("network", "ls", "--filter", "driver=bridge", "--format", "{{.Name}}: {{.Driver}} {{.Scope}}"),
                List.of("history", IMAGE),
                List.of("history", "-q", IMAGE),
                List.of("port", "one"),
                List.of("inspect", "-f", "{{.Name}} {{.State.Status}} {{json .Config.Labels}}", "one"),
                List.of("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Destination}}{{end}}", "one"),
                List.of("logs", "two"),
                List.of("logs", "-n", "1", "two"));
    }

    @Test
    @Timeout(300)
    void whatIsListedIsTheStockClientsLineByLine() {
        daemon.said("volume", "create", "spare");
        daemon.said(
                "run",
                "-d",
                "--name",
                "one",
                "--label",
                "a=b",
                "--label",
                "c",
                "-v",
                "data:/data",
                "-p",
                "8080:80",
                IMAGE,
                "sleep",
                "1000");
        daemon.docker("run", "--name", "two", IMAGE, "sh", "-c", "echo out; echo err >&2; exit 4");
        daemon.said("create", "--name", "three", IMAGE, "sh", "-c", "a command that is longer than the column");

        try {
            assertThat(listings()).allSatisfy(words -> {
                String[] line = words.toArray(String[]::new);
                assertThat(bothClients(line)).as(String.join(" ", words)).satisfies(OwnClientTest::areTheSame);
            });
        } finally {
            daemon.removeContainers();
            daemon.docker("volume", "rm", "spare", "data");
        }
    }

    /// What ours and the stock client say, without the seconds, which tick between the two; asked again where that
    /// changes a column's width or the words.
    private List<Ran> bothClients(String... line) {
        List<Ran> both = both(line);
        for (int more = 0; more < 4 && !both.getFirst().equals(both.getLast()); more++) {
            both = both(line);
        }
        return both;
    }

    private List<Ran> both(String... line) {
        return Stream.of(bulkhead(line), daemon.docker(line))
                .map(ran -> new Ran(ran.exitCode(), ran.out().replaceAll("[0-9] seconds", "# seconds"), ran.err()))
                .toList();
    }

    private static void areTheSame(List<? extends Ran> both) {
        assertThat(both.getFirst()).isEqualTo(both.getLast());
    }

    @Test
    void logsAreFollowedToTheEnd() {
        daemon.said(
                "run",
                "-d",
                "--name",
                "talker",
                IMAGE,
                "sh",
                "-c",
                "for i in 1 2 3; do echo $i; sleep 0.5; done; echo e >&2");

        assertThat(bulkhead("logs", "-f", "talker")).isEqualTo(new Ran(0, "1\n2\n3\n", "e\n"));
    }

    @Test
    void inputGoesInAndItsEndToo() {
        Ran counted = daemon.bulkheadCommand("run", "--rm", "-i", IMAGE, "wc", "-c")
                .reading("x".repeat(300_000))
                .run();

        assertThat(counted).isEqualTo(new Ran(0, "300000\n", ""));
    }

    @Test
    void anImportSaysItsIdAndIsOnePlainLine() {
        Path tar = daemon.home().resolve("small.tar");

        Ran imported = bulkhead("import", tar.toString(), "own:1");

        assertThat(imported.orFail().out()).isEqualTo(daemon.inspect("own:1", "{{.Id}}") + "\n");
        daemon.said("rmi", "own:1");
    }

    @Test
    void bashCompletesVerbsAndOptions() {
        assumeTrue(Command.onPath("bash"), "needs bash on the PATH");
        assertThat(completions("pau")).containsExactly("pause");
        assertThat(completions("ps", "--fil")).containsExactly("--filter");
        assertThat(completions("volume", "l")).containsExactly("ls");
    }

    @Test
    void bashCompletesTheNamesThatFit() {
        assumeTrue(Command.onPath("bash"), "needs bash on the PATH");
        threeContainers();

        assertThat(completions("start", "")).containsExactly("tab-new");
        assertThat(completions("exec", "-it", "tab-")).containsExactly("tab-up");
        assertThat(completions("logs", "tab-")).containsExactlyInAnyOrder("tab-new", "tab-up", "tab-halted");
        assertThat(completions("unpause", "")).containsExactly("tab-halted");
        assertThat(completions("run", "--network", "bri")).containsExactly("bridge");
        // bash has parted these words at `:` and `=` and puts back only what follows.
        assertThat(completions("run", IMAGE.substring(0, IMAGE.indexOf(':') + 1)))
                .containsExactly(IMAGE.substring(IMAGE.indexOf(':') + 1));
        assertThat(completions("run", "--network=bri")).containsExactly("bridge");
        assertThat(completions("volume", "rm", "tab-")).containsExactly("tab-volume");
        assertThat(completions("exec", "tab-up", "tab-")).containsExactly("");
        assertThat(completions("-H", "unix:///nosuch", "stop", "")).containsExactly("");
        daemon.said("volume", "rm", "tab-volume");
    }

    @Test
    void fishCompletesTheNamesThatFit() {
        assumeTrue(Command.onPath("fish"), "needs fish on the PATH");
        threeContainers();

        assertThat(fish("bulkhead stop tab-")).containsExactlyInAnyOrder("tab-up", "tab-halted");
        assertThat(fish("bulkhead volume rm tab-")).containsExactly("tab-volume");
        assertThat(fish("bulkhead paus")).containsExactly("pause\tPause all processes within one or more containers");
        assertThat(fish("bulkhead -H unix:///nosuch stop ")).isEmpty();
        daemon.said("volume", "rm", "tab-volume");
    }

    private void threeContainers() {
        daemon.said("create", "--name", "tab-new", IMAGE, "true");
        daemon.said("run", "-d", "--name", "tab-up", IMAGE, "sleep", "1000");
        daemon.said("run", "-d", "--name", "tab-halted", IMAGE, "sleep", "1000");
        daemon.said("pause", "tab-halted");
        daemon.said("volume", "create", "tab-volume");
    }

    private List<String> fish(String line) {
        String script = "set -x PATH " + daemon.bulkhead().getParent()
                + " $PATH; bulkhead completion fish | source; complete -C '" + line + "'";
        return Command.of(List.of("fish", "--no-config", "-c", script))
                .with(daemon.clientEnvironment())
                .run()
                .orFail()
                .lines();
    }

    private List<String> completions(String... words) {
        String line = "bulkhead " + String.join(" ", words);
        String script = "PATH=" + daemon.bulkhead().getParent()
                + ":$PATH; source <(bulkhead completion bash) || exit 9; "
                + "COMP_WORDS=(" + line + "); COMP_CWORD=" + words.length + "; COMP_LINE='" + line + "'; COMP_POINT="
                + line.length() + "; $(complete -p bulkhead | sed 's/.*-F \\([^ ]*\\).*/\\1/') bulkhead; "
                + "printf '%s\\n' \"${COMPREPLY[@]}\"";
        return Command.of(List.of("bash", "-c", script))
                .with(daemon.clientEnvironment())
                .run()
                .orFail()
                .lines()
                .stream()
                .map(String::strip)
                .toList();
    }
}
