package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Create, start, stop, kill, restart, pause, wait, rename, remove.
@WithDaemon
class LifecycleTest {

    /// Says `ready`, then ends with 3 when it is asked to.
    private static final String POLITE =
            "trap 'echo asked; exit 3' TERM; trap 'echo hup' HUP; echo ready; while :; do sleep 0.05; done";

    private final RunningDaemon daemon;

    LifecycleTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    private void startPolite(String name) {
        daemon.said("run", "-d", "--name", name, IMAGE, "sh", "-c", POLITE);
        Eventually.value(name + " is ready", () -> daemon.said("logs", name), said -> said.contains("ready"));
    }

    private String state(String name) {
        return daemon.inspect(name, "{{.State.Status}} {{.State.ExitCode}}");
    }

    @Test
    void aCreatedContainerRunsWhenItIsStarted() {
        daemon.said("create", "--name", "made", IMAGE, "sh", "-c", "echo hello; exit 4");
        assertThat(state("made")).isEqualTo("created 0");

        Ran started = daemon.docker("start", "-a", "made");

        assertThat(started).isEqualTo(new Ran(4, "hello\n", ""));
        assertThat(state("made")).isEqualTo("exited 4");
    }

    @Test
    void startWithInputFeedsIt() {
        daemon.said("create", "-i", "--name", "fed", IMAGE, "cat");

        Ran ran = daemon.dockerCommand("start", "-a", "-i", "fed")
                .reading("food\n")
                .run();

        assertThat(ran).isEqualTo(new Ran(0, "food\n", ""));
    }

    @Test
    void stopAsksFirst() {
        startPolite("polite");

        assertThat(daemon.said("stop", "polite")).isEqualTo("polite");

        assertThat(state("polite")).isEqualTo("exited 3");
        assertThat(daemon.said("logs", "polite")).isEqualTo("ready\nasked");
    }

    @Test
    void stopKillsWhatDoesNotListen() {
        daemon.said("run", "-d", "--name", "deaf", IMAGE, "sleep", "100");

        daemon.said("stop", "-t", "1", "deaf");

        assertThat(state("deaf")).isEqualTo("exited 137");
    }

    @Test
    void stopUsesTheContainersOwnSignalAndTime() {
        daemon.said(
                "run", "-d", "--name", "own", "--stop-signal", "HUP", "--stop-timeout", "1", IMAGE, "sh", "-c", POLITE);
        Eventually.value("ready", () -> daemon.said("logs", "own"), said -> said.contains("ready"));

        daemon.said("stop", "own");

        assertThat(state("own")).isEqualTo("exited 137");
        assertThat(daemon.said("logs", "own")).isEqualTo("ready\nhup");
    }

    @Test
    void stoppingAStoppedContainerIsNoError() {
        daemon.said("run", "--name", "ended", IMAGE, "true");

        assertThat(daemon.docker("stop", "ended")).isEqualTo(new Ran(0, "ended\n", ""));
        assertThat(daemon.docker("start", "nosuch").err())
                .contains("Error response from daemon: No such container: nosuch");
    }

    @Test
    void killSendsTheSignalAsked() {
        startPolite("killed");

        daemon.said("kill", "-s", "HUP", "killed");
        Eventually.value("hup", () -> daemon.said("logs", "killed"), said -> said.contains("hup"));
        assertThat(state("killed")).isEqualTo("running 0");
        daemon.said("kill", "killed");

        assertThat(daemon.said("wait", "killed")).isEqualTo("137");
    }

    @Test
    void killingWhatDoesNotRunIsAnError() {
        daemon.said("create", "--name", "still", IMAGE, "true");

        Ran killed = daemon.docker("kill", "still");

        assertThat(killed.exitCode()).isEqualTo(1);
        assertThat(killed.err()).contains("is not running");
    }

    @Test
    void anUnknownSignalIsAnError() {
        startPolite("signal");

        Ran killed = daemon.docker("kill", "-s", "NOSUCH", "signal");

        assertThat(killed.exitCode()).isEqualTo(1);
        assertThat(killed.err()).containsIgnoringCase("invalid signal: NOSUCH");
    }

    @Test
    void restartBeginsAnewInTheSameRootFileSystem() {
        daemon.said("run", "-d", "--name", "again", IMAGE, "sh", "-c", "echo x >> /kept; cat /kept; exec sleep 100");
        Eventually.value("first", () -> daemon.said("logs", "again"), said -> said.equals("x"));

        daemon.said("restart", "-t", "0", "again");

        Eventually.value("second", () -> daemon.said("logs", "again"), said -> said.equals("x\nx\nx"));
        assertThat(daemon.inspect("again", "{{.RestartCount}}")).isEqualTo("0");
    }

    @Test
    void aPausedContainerDoesNothingUntilItIsUnpaused() {
        startPolite("calm");

        daemon.said("pause", "calm");
        assertThat(state("calm")).isEqualTo("paused 0");
        assertThat(daemon.said("ps", "--filter", "name=calm", "--format", "{{.Status}}"))
                .endsWith(" (Paused)");
        assertThat(daemon.docker("exec", "calm", "true").err()).contains("is paused");
        daemon.said("unpause", "calm");

        assertThat(state("calm")).isEqualTo("running 0");
        assertThat(daemon.docker("unpause", "calm").err()).contains("is not paused");
    }

    @Test
    void waitSaysTheCodeOfEach() {
        daemon.said("create", "--name", "w1", IMAGE, "sh", "-c", "exit 1");
        daemon.said("create", "--name", "w2", IMAGE, "sh", "-c", "sleep 0.5; exit 2");
        daemon.said("start", "w1", "w2");

        assertThat(daemon.said("wait", "w1", "w2")).isEqualTo("1\n2");
    }

    @Test
    void aRenamedContainerIsFoundByItsNewNameAlone() {
        daemon.said("create", "--name", "old", IMAGE, "true");
        daemon.said("create", "--name", "taken", IMAGE, "true");

        daemon.said("rename", "old", "new");

        assertThat(daemon.inspect("new", "{{.Name}}")).isEqualTo("/new");
        assertThat(daemon.docker("inspect", "old").exitCode()).isEqualTo(1);
        Ran conflict = daemon.docker("rename", "new", "taken");
        assertThat(conflict.exitCode()).isEqualTo(1);
        assertThat(conflict.err()).contains("The container name \"/taken\" is already in use by container");
    }

    @Test
    void aNameIsGivenOnce() {
        daemon.said("create", "--name", "one", IMAGE, "true");

        Ran second = daemon.docker("create", "--name", "one", IMAGE, "true");

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err()).contains("Conflict. The container name \"/one\" is already in use by container");
    }

    @Test
    void aRunningContainerIsRemovedByForceOnly() {
        startPolite("held");

        Ran refused = daemon.docker("rm", "held");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("container is running: stop the container before removing or force remove");
        assertThat(daemon.said("rm", "-f", "held")).isEqualTo("held");

        assertThat(daemon.said("ps", "-aq")).isEmpty();
    }

    @Test
    void shortIdsWorkWhereTheyMeanOneContainer() {
        String id = daemon.said("create", IMAGE, "true");

        assertThat(daemon.inspect(id.substring(0, 6), "{{.Id}}")).isEqualTo(id);
    }
}
