package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bulkhead` on a terminal, as [TerminalTest] has the stock client.
@WithDaemon
class OwnTerminalTest {

    private static final String DETACH = "\020\021";

    private final RunningDaemon daemon;

    @TempDir
    Path notes;

    OwnTerminalTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeAll
    static void needsAMakerOfTerminals() {
        assumeTrue(Command.onPath("script"), "needs script on the PATH");
    }

    @BeforeEach
    void nothingIsNotedYet() {
        assertThat(notes).isEmptyDirectory();
    }

    /// Notes the terminal's name, and its settings before and after.
    private Terminal open(String command) {
        return Terminal.shell(
                daemon,
                "cd " + notes + "; tty >name; stty -g >before; " + daemon.bulkhead() + " " + command
                        + "; code=$?; stty -g >after; exit $code");
    }

    private String noted(String file) throws IOException {
        return Files.readString(notes.resolve(file)).strip();
    }

    private void isRestored() throws IOException {
        assertThat(noted("after")).isEqualTo(noted("before"));
    }

    private Ran stty(String... arguments) throws IOException {
        String[] words = new String[arguments.length + 3];
        words[0] = "stty";
        words[1] = "-F";
        words[2] = noted("name");
        System.arraycopy(arguments, 0, words, 3, arguments.length);
        return Command.run(words).orFail();
    }

    @Test
    void aTerminalIsRawWhileItIsTheContainersAndAsBeforeAfterwards() throws IOException {
        try (Terminal terminal = open("run --rm -it " + IMAGE + " sh")) {
            terminal.await("#");
            assertThat(stty("-a").out()).contains("-icanon", "-isig", "-icrnl", "-opost", " -echo ");
            terminal.type("tty; test -t 2 && stty size; exit 5\n");

            assertThat(terminal.exitCode()).isEqualTo(5);
            assertThat(terminal.shown()).contains("/dev/pts/0\r\n", "33 101\r\n");
        }
        isRestored();
    }

    @Test
    void aTerminalThatChangesItsSizeChangesTheContainers() throws IOException {
        try (Terminal terminal = open("run --rm -it " + IMAGE + " sh")) {
            terminal.await("#");
            terminal.type("until [ \"$(stty size)\" = '33 101' ]; do sleep 0.1; done; echo first; "
                    + "until [ \"$(stty size)\" = '44 122' ]; do sleep 0.1; done; echo sec''ond; exit\n");
            terminal.await("first\r\n");
            stty("rows", "44", "cols", "122");

            terminal.await("second\r\n");
            assertThat(terminal.exitCode()).isZero();
        }
    }

    @Test
    void theDetachKeysLeaveTheContainerRunningAndTheTerminalAsItWas() throws IOException {
        try (Terminal terminal = open("run -it --name left " + IMAGE + " sh")) {
            terminal.await("#");
            terminal.type(DETACH);

            assertThat(terminal.exitCode()).isZero();
        }
        isRestored();
        assertThat(daemon.inspect("left", "{{.State.Running}}")).isEqualTo("true");

        try (Terminal again = open("attach left")) {
            again.type("echo $((1+1))x\n");
            again.await("2x\r\n");
            again.type("exit 8\n");

            assertThat(again.exitCode()).isEqualTo(8);
        }
        isRestored();
    }

    @Test
    void execHasATerminalOfItsOwn() throws IOException {
        daemon.said("run", "-d", "--name", "host", IMAGE, "sleep", "1000");

        try (Terminal terminal = open("exec -it host sh -c 'tty; sleep 1; stty size; exit 4'")) {
            assertThat(terminal.exitCode()).isEqualTo(4);
            assertThat(terminal.shown()).contains("/dev/pts/", "33 101\r\n");
        }
        isRestored();
    }

    @Test
    void theInterruptKeyIsTheContainersOnItsTerminal() throws IOException {
        String script = "'trap \"echo stopped; exit 2\" INT; echo ready; while :; do sleep 0.1; done'";
        try (Terminal terminal = open("run --rm -it " + IMAGE + " sh -c " + script)) {
            terminal.await("ready");
            terminal.type("\003");

            assertThat(terminal.exitCode()).isEqualTo(2);
            assertThat(terminal.shown()).contains("stopped");
        }
        isRestored();
    }

    @Test
    void aKilledContainerGivesTheTerminalBack() throws IOException {
        try (Terminal terminal = open("run -it --name doomed " + IMAGE + " sh")) {
            terminal.await("#");
            daemon.said("kill", "doomed");

            assertThat(terminal.exitCode()).isEqualTo(137);
        }
        isRestored();
    }

    @Test
    void aTerminalThatIsNoneIsRefused() {
        Ran refused =
                daemon.bulkheadCommand("run", "--rm", "-it", IMAGE, "true").run();

        assertThat(refused.err()).isEqualTo("bulkhead: the input device is not a TTY\n");
        assertThat(refused.exitCode()).isEqualTo(1);
    }

    @Test
    void progressHasBarsOnATerminalAndPlainLinesElsewhere() throws IOException {
        Path tar = daemon.home().resolve("saved.tar");
        daemon.said("save", "-o", tar.toString(), IMAGE);
        daemon.said("rmi", IMAGE);
        try (Terminal terminal = open("load -i " + tar)) {
            assertThat(terminal.exitCode()).isZero();
            assertThat(terminal.shown())
                    .containsPattern("[0-9a-f]{12}: Loading layer \\[=+>\\] +[0-9.]+MB/[0-9.]+MB")
                    .contains("Loaded image: " + IMAGE);
        }

        assertThat(daemon.bulkheadCommand("load", "-i", tar.toString()).run())
                .isEqualTo(new Ran(0, "Loaded image: " + IMAGE + "\n", ""));
    }
}
