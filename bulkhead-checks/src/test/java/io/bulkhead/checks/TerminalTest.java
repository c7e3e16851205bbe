package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `-t`: run, exec, attach, resize, detach.
@WithDaemon
class TerminalTest {

    private static final String DETACH = "\020\021";

    private final RunningDaemon daemon;

    TerminalTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeAll
    static void needsAMakerOfTerminals() {
        assumeTrue(Command.onPath("script"), "needs script on the PATH");
    }

    @Test
    void aTerminalIsOneOnEveryStreamWithTheClientsSize() {
        String look = "'tty; test -t 0 && test -t 1 && test -t 2 && echo all; sleep 1; stty size; exit 9'";
        try (Terminal terminal = Terminal.open(daemon, "run --rm -it " + IMAGE + " sh -c " + look)) {
            assertThat(terminal.exitCode()).isEqualTo(9);

            assertThat(terminal.shown()).contains("/dev/pts/0\r\n", "all\r\n", "33 101\r\n");
        }
    }

    @Test
    void aTerminalWithoutInputStillIsOne() {
        Ran ran = daemon.run("-t", IMAGE, "sh", "-c", "tty; echo err >&2");

        assertThat(ran).isEqualTo(new Ran(0, "/dev/pts/0\r\nerr\r\n", ""));
    }

    @Test
    void whatIsTypedArrivesAndEndsWithControlD() {
        try (Terminal terminal = Terminal.open(daemon, "run --rm -it " + IMAGE + " sh")) {
            terminal.await("#");
            terminal.type("echo $((40+2))\n");
            terminal.await("42\r\n");
            terminal.type("\004");

            assertThat(terminal.exitCode()).isZero();
        }
    }

    @Test
    void theDetachKeysLeaveTheContainerRunning() {
        try (Terminal terminal = Terminal.open(daemon, "run -it --name left " + IMAGE + " sh")) {
            terminal.await("#");
            terminal.type(DETACH);

            assertThat(terminal.exitCode()).isZero();
        }
        assertThat(daemon.inspect("left", "{{.State.Running}}")).isEqualTo("true");

        try (Terminal again = Terminal.open(daemon, "attach left")) {
            again.type("echo $((1+1))x\n");
            again.await("2x\r\n");
            again.type("exit 8\n");

            assertThat(again.exitCode()).isEqualTo(8);
        }
    }

    @Test
    void theDetachKeysCanBeOthers() {
        try (Terminal terminal =
                Terminal.open(daemon, "run -it --detach-keys ctrl-x,q --name other " + IMAGE + " sh")) {
            terminal.await("#");
            terminal.type("\030q");

            assertThat(terminal.exitCode()).isZero();
        }
        assertThat(daemon.inspect("other", "{{.State.Running}}")).isEqualTo("true");
    }

    @Test
    void execHasATerminalOfItsOwn() {
        daemon.said("run", "-d", "--name", "host", IMAGE, "sleep", "1000");

        try (Terminal terminal = Terminal.open(daemon, "exec -it host sh -c 'tty; sleep 1; stty size; exit 4'")) {
            assertThat(terminal.exitCode()).isEqualTo(4);

            assertThat(terminal.shown()).contains("/dev/pts/", "33 101\r\n");
        }
    }

    @Test
    void theInterruptKeyReachesTheProcess() {
        String script = "'trap \"echo stopped; exit 2\" INT; echo ready; while :; do sleep 0.1; done'";
        try (Terminal terminal = Terminal.open(daemon, "run --rm -it " + IMAGE + " sh -c " + script)) {
            terminal.await("ready");
            terminal.type("\003");

            assertThat(terminal.exitCode()).isEqualTo(2);
            assertThat(terminal.shown()).contains("stopped");
        }
    }

    /// The runtime gives its own standard streams to container root; with a terminal those were the host's /dev/null.
    @Test
    void theHostsNullDeviceStaysRoots() {
        daemon.said("run", "-d", "-t", "--name", "host", IMAGE, "sleep", "1000");
        daemon.docker("exec", "-t", "host", "true").orFail();

        assertThat(Command.run("stat", "-c", "%u:%g %a", "/dev/null").said()).isEqualTo("0:0 666");
    }
}
