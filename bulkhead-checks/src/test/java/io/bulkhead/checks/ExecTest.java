package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `docker exec`, `top`, `attach`.
@WithDaemon
class ExecTest {

    private final RunningDaemon daemon;

    ExecTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void aContainerThatStays() {
        daemon.said("run", "-d", "--name", "stays", "-e", "A=1", IMAGE, "sleep", "1000");
    }

    private Ran exec(String... command) {
        String[] all = new String[command.length + 2];
        all[0] = "exec";
        all[1] = "stays";
        System.arraycopy(command, 0, all, 2, command.length);
        return daemon.docker(all);
    }

    @Test
    void theExitCodeAndBothStreamsComeBack() {
        assertThat(exec("sh", "-c", "echo out; echo err >&2; exit 7")).isEqualTo(new Ran(7, "out\n", "err\n"));
    }

    @Test
    void aSignalsExitCodeComesBack() {
        assertThat(exec("sh", "-c", "kill -9 $$").exitCode()).isEqualTo(137);
    }

    @Test
    void inputArrivesAndEnds() {
        Ran ran = daemon.dockerCommand("exec", "-i", "stays", "cat")
                .reading("food\n")
                .run();

        assertThat(ran).isEqualTo(new Ran(0, "food\n", ""));
    }

    @Test
    void withoutInputThereIsNone() {
        assertThat(exec("cat")).isEqualTo(new Ran(0, "", ""));
    }

    @Test
    void userDirectoryAndEnvironmentAreTheGivenOnes() {
        Ran ran = daemon.docker(
                "exec", "-u", "app", "-w", "/tmp", "-e", "B=2", "stays", "sh", "-c", "id; pwd; echo $A $B");

        assertThat(ran.lines())
                .containsExactly("uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)", "/tmp", "1 2");
    }

    @Test
    void aCommandThatIsNotThereIs127() {
        Ran ran = exec("nosuch");

        assertThat(ran.exitCode()).isEqualTo(127);
        assertThat(ran.out()).contains("exec: \"nosuch\": executable file not found in $PATH");
    }

    @Test
    void aCommandThatCannotBeRunIs126() {
        Ran ran = exec("/etc/passwd");

        assertThat(ran.exitCode()).isEqualTo(126);
        assertThat(ran.out()).contains("permission denied");
    }

    @Test
    void aUserTheImageDoesNotKnowIs126() {
        Ran ran = daemon.docker("exec", "-u", "nosuch", "stays", "id");

        assertThat(ran.exitCode()).isEqualTo(126);
        assertThat(ran.out()).contains("unable to find user nosuch").doesNotContain("uid=");
    }

    @Test
    void detachedExecRunsOn() {
        assertThat(daemon.docker("exec", "-d", "stays", "sh", "-c", "sleep 0.3; echo done > /mark"))
                .isEqualTo(new Ran(0, "", ""));

        Eventually.value("the mark", () -> exec("cat", "/mark").out(), said -> said.equals("done\n"));
    }

    @Test
    void nothingRunsInAStoppedContainer() {
        daemon.said("stop", "-t", "0", "stays");

        Ran ran = exec("true");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("is not running");
    }

    /// CVE-2022-24769, CVE-2022-29162: exec gave inheritable capabilities.
    @Test
    void execHasTheContainersConfinement() {
        String wanted = "grep -E 'Cap|Seccomp|NoNewPrivs' /proc/%s/status; cat /proc/%s/uid_map; cat /proc/%s/cgroup";

        Ran ran = exec("sh", "-c", wanted.replace("%s", "1"));
        Ran own = exec("sh", "-c", wanted.replace("%s", "self"));

        assertThat(own.out()).isEqualTo(ran.out()).contains("CapInh:\t0000000000000000");
    }

    @Test
    void topShowsTheProcesses() {
        assertThat(daemon.said("top", "stays").lines().toList())
                .hasSize(2)
                .first()
                .asString()
                .matches("UID +PID +PPID +C +STIME +TTY +TIME +CMD");
        assertThat(daemon.said("top", "stays")).endsWith("sleep 1000");
    }

    /// CVE-2022-1227: top ran a program of the container's.
    @Test
    void topRunsNothingOfTheContainers() {
        exec("sh", "-c", "rm /bin/ps; printf '#!/bin/sh\\ntouch /owned\\n' > /bin/ps; chmod +x /bin/ps");

        daemon.said("top", "stays");

        assertThat(exec("ls", "/owned").exitCode()).isEqualTo(1);
    }

    @Test
    void attachShowsOutputAndForwardsTheEnd() {
        daemon.said("run", "-d", "-i", "--name", "reader", IMAGE, "sh", "-c", "read line; echo got $line; exit 6");

        Ran attached =
                daemon.dockerCommand("attach", "reader").reading("word\n").run();

        assertThat(attached).isEqualTo(new Ran(6, "got word\n", ""));
    }
}
