package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// Restart policies, health checks, and a daemon that comes back.
@WithDaemon
class RestartTest {

    private final RunningDaemon daemon;

    RestartTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    /// What a `create` leaves that was killed between its volumes and its container: the volumes, and the note of them.
    @Test
    void theVolumesOfACreationThatWasCutOffGoAndNoOthers() throws IOException {
        String used = anonymousVolume(daemon.said("create", "-v", "/v", IMAGE, "true"));
        String left = daemon.said("create", "-v", "/v", IMAGE, "true");
        String keptByItsOwner = anonymousVolume(left);
        String cutOff = daemon.said("create", "-v", "/v", IMAGE, "true");
        String orphan = anonymousVolume(cutOff);
        daemon.said("rm", left, cutOff);
        daemon.kill();
        Files.writeString(daemon.state().resolve("containers/" + cutOff + ".making"), orphan + "\n" + used);

        daemon.begin();

        assertThat(daemon.docker("volume", "ls", "-q").lines())
                .contains(used, keptByItsOwner)
                .doesNotContain(orphan);
        assertThat(daemon.state().resolve("containers/" + cutOff + ".making")).doesNotExist();
        daemon.said("volume", "rm", keptByItsOwner);
    }

    @Test
    void anExecOutlivesTheDaemonAndItsExitCodeIsTold() {
        daemon.said("run", "-d", "--name", "stays", IMAGE, "sleep", "1000");
        daemon.said("exec", "-d", "-e", "A=b", "-u", "1:2", "-w", "/tmp", "stays", "sh", "-c", "sleep 8; exit 7");
        String exec = daemon.inspect("stays", "{{index .ExecIDs 0}}");
        daemon.said("exec", "-d", "stays", "sh", "-c", "exit 5");
        String before = exec(exec);

        daemon.kill();
        daemon.begin();

        assertThat(exec(exec)).isEqualTo(before).contains("\"Running\":true");
        assertThat(daemon.inspect("stays", "{{.ExecIDs}}")).isEqualTo("[" + exec + "]");
        Eventually.value("the exec has ended", () -> exec(exec), state -> state.contains("\"Running\":false"));
        assertThat(exec(exec)).contains("\"ExitCode\":7");
    }

    private String exec(String id) {
        String answer = RawRequest.send(
                        daemon.socket(), "GET /exec/" + id + "/json HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
                .text();
        return answer.substring(answer.indexOf("\r\n\r\n"));
    }

    private String anonymousVolume(String container) {
        return daemon.inspect(container, "{{(index .Mounts 0).Name}}");
    }

    @Test
    void onFailureTriesAsOftenAsAsked() {
        daemon.said("run", "-d", "--name", "fails", "--restart", "on-failure:3", IMAGE, "sh", "-c", "echo x; exit 9");

        Eventually.value(
                "the last try",
                () -> daemon.inspect("fails", "{{.State.Status}} {{.RestartCount}} {{.State.ExitCode}}"),
                state -> state.equals("exited 3 9"));
        assertThat(daemon.said("logs", "fails")).isEqualTo("x\nx\nx\nx");
    }

    @Test
    void onFailureLeavesASuccessAlone() {
        daemon.said("run", "-d", "--name", "works", "--restart", "on-failure:3", IMAGE, "true");

        daemon.said("wait", "works");

        assertThat(daemon.inspect("works", "{{.State.Status}} {{.RestartCount}}"))
                .isEqualTo("exited 0");
    }

    @Test
    void alwaysRestartsUntilItIsStopped() {
        daemon.said("run", "-d", "--name", "loops", "--restart", "always", IMAGE, "sh", "-c", "sleep 0.2");

        Eventually.value(
                "two restarts",
                () -> daemon.inspect("loops", "{{.RestartCount}}"),
                count -> Integer.parseInt(count) >= 2);
        daemon.said("stop", "-t", "0", "loops");
        assertThat(daemon.inspect("loops", "{{.State.Status}}")).isEqualTo("exited");
    }

    @Test
    void aHealthyContainerIsSaidToBe() {
        daemon.said(
                "run",
                "-d",
                "--name",
                "well",
                "--health-cmd",
                "echo fine",
                "--health-interval",
                "500ms",
                IMAGE,
                "sleep",
                "1000");

        Eventually.value(
                "healthy",
                () -> daemon.inspect("well", "{{.State.Health.Status}}"),
                status -> status.equals("healthy"));
        assertThat(daemon.inspect(
                        "well", "{{(index .State.Health.Log 0).ExitCode}} {{(index .State.Health.Log 0).Output}}"))
                .isEqualTo("0 fine");
        assertThat(daemon.said("ps", "--format", "{{.Status}}")).endsWith(" (healthy)");
        assertThat(daemon.said("ps", "-q", "--filter", "health=healthy")).isNotEmpty();
    }

    @Test
    void anUnhealthyOneToo() {
        daemon.said(
                "run",
                "-d",
                "--name",
                "ill",
                "--health-cmd",
                "exit 1",
                "--health-interval",
                "300ms",
                "--health-retries",
                "2",
                IMAGE,
                "sleep",
                "1000");

        Eventually.value(
                "unhealthy",
                () -> daemon.inspect("ill", "{{.State.Health.Status}}"),
                status -> status.equals("unhealthy"));
        assertThat(Integer.parseInt(daemon.inspect("ill", "{{.State.Health.FailingStreak}}")))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void containersOutliveTheDaemonAndItKnowsThemAgain() {
        daemon.said("run", "-d", "--name", "on", "-i", IMAGE, "sh", "-c", "while read l; do echo got $l; done; exit 5");
        daemon.said("run", "-d", "--name", "always", "--restart", "always", IMAGE, "sleep", "1000");
        String pid = daemon.inspect("on", "{{.State.Pid}}");

        daemon.stop();
        assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent();
        daemon.begin();

        assertThat(daemon.inspect("on", "{{.State.Running}} {{.State.Pid}}")).isEqualTo("true " + pid);
        assertThat(daemon.dockerCommand("exec", "-i", "on", "cat")
                        .reading("x")
                        .run()
                        .out())
                .isEqualTo("x");
        assertThat(daemon.inspect("always", "{{.State.Running}}")).isEqualTo("true");
        daemon.said("stop", "-t", "0", "on");
        assertThat(daemon.said("wait", "on")).isEqualTo("137");
    }

    @Test
    void whatEndedWhileTheDaemonWasKilledHasItsExitCode() {
        daemon.said("run", "-d", "--name", "ends", IMAGE, "sh", "-c", "sleep 1; echo bye; exit 6");
        daemon.said("run", "-d", "--name", "always", "--restart", "always", IMAGE, "sh", "-c", "sleep 1");

        daemon.kill();
        Eventually.holds(
                "the container ends",
                () -> Leftovers.processes(daemon.home()).stream()
                        .noneMatch(
                                process -> process.info().command().orElse("").endsWith("conmon")));
        daemon.begin();

        assertThat(daemon.inspect("ends", "{{.State.Status}} {{.State.ExitCode}}"))
                .isEqualTo("exited 6");
        assertThat(daemon.said("logs", "ends")).isEqualTo("bye");
        Eventually.value(
                "it runs again", () -> daemon.inspect("always", "{{.RestartCount}}"), count -> !count.equals("0"));
    }

    @Test
    void aLostMonitorIsSaidSo() {
        String id = daemon.said("run", "-d", "--name", "orphan", IMAGE, "sleep", "1000");
        ProcessHandle monitor = Leftovers.processes(daemon.home()).stream()
                .filter(process -> process.info().command().orElse("").endsWith("conmon"))
                .findFirst()
                .orElseThrow();

        monitor.destroyForcibly();

        Eventually.value(
                "the end",
                () -> daemon.inspect(id, "{{.State.Status}} {{.State.ExitCode}}"),
                state -> state.equals("exited 137"));
        assertThat(daemon.inspect(id, "{{.State.Error}}")).contains("monitor ended without reporting an exit code");
        assertThat(daemon.inspect(id, "{{.State.Pid}}")).isEqualTo("0");
    }
}
