package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the engine tells: ps, inspect, events, info, df.
@WithDaemon
class ShowTest {

    private final RunningDaemon daemon;

    ShowTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    private void three() {
        daemon.said("run", "-d", "--name", "runs", "-l", "kind=a", "-p", "8088:80", IMAGE, "sleep", "1000");
        daemon.docker("run", "--name", "ended", "-l", "kind=b", IMAGE, "sh", "-c", "exit 3");
        daemon.said("create", "--name", "made", IMAGE, "true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status=running  | runs",
                "status=exited   | ended",
                "status=created  | made",
                "exited=3        | ended",
                "label=kind=a    | runs",
                "label=kind      | ended runs",
                "name=^/ma       | made",
                "ancestor=small:1| made ended runs",
                "publish=80      | runs",
                "id=ffffffffffff | ''",
            })
    void psFilters(String filter, String names) {
        three();

        assertThat(daemon.said("ps", "-a", "--filter", filter, "--format", "{{.Names}}")
                        .replace('\n', ' '))
                .isEqualTo(names);
    }

    @Test
    void psShowsWhatDockerShows() {
        three();

        assertThat(daemon.said("ps", "--format", "{{.Names}}|{{.Image}}|{{.Command}}|{{.Ports}}|{{.Networks}}"))
                .isEqualTo("runs|small:1|\"sleep 1000\"|0.0.0.0:8088->80/tcp|bridge");
        assertThat(daemon.said("ps", "--format", "{{.Status}}")).matches("Up (Less than a|[0-9]+) seconds?");
        assertThat(daemon.said("ps", "-a", "-f", "name=ended", "--format", "{{.Status}}"))
                .matches("Exited \\(3\\) (Less than a|[0-9]+) seconds? ago");
        assertThat(daemon.said("ps", "-q")).hasSize(12);
        assertThat(daemon.said("ps", "-a", "-n", "1", "--format", "{{.Names}}")).isEqualTo("made");
        assertThat(daemon.said("ps", "-s", "--format", "{{.Size}}")).matches("[0-9.]+k?B \\(virtual [0-9.]+MB\\)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{.Name}}                            | /all",
                "{{.Path}} {{.Args}}                  | sleep [1000]",
                "{{.State.Status}} {{.State.Running}} | running true",
                "{{.State.Paused}} {{.State.Dead}}    | false false",
                "{{.Config.Image}}                    | small:1",
                "{{.Config.Hostname}}                 | box",
                "{{.Config.User}}                     | app",
                "{{.Config.WorkingDir}}               | /tmp",
                "{{.Config.StopSignal}}               | SIGHUP",
                "{{.HostConfig.Memory}}               | 67108864",
                "{{.HostConfig.CpuShares}}            | 512",
                "{{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}} | on-failure:3",
                "{{.HostConfig.NetworkMode}}          | bridge",
                "{{.HostConfig.ReadonlyRootfs}}       | true",
                "{{.HostConfig.Init}}                 | true",
                "{{.HostConfig.Privileged}}           | false",
                "{{.HostConfig.CapDrop}}              | [CAP_CHOWN]",
                "{{.HostConfig.ShmSize}}              | 1048576",
                "{{index .Config.Labels `a`}}         | b",
                "{{(index (index .NetworkSettings.Ports `80/tcp`) 0).HostPort}} | 8089",
                "{{.NetworkSettings.Networks.bridge.IPPrefixLen}} | 16",
                "{{.RestartCount}}                    | 0",
            })
    void inspectShowsWhatWasAskedFor(String template, String expected) {
        daemon.said(
                "run",
                "-d",
                "--name",
                "all",
                "-h",
                "box",
                "-u",
                "app",
                "-w",
                "/tmp",
                "--stop-signal",
                "SIGHUP",
                "-m",
                "64m",
                "-c",
                "512",
                "--restart",
                "on-failure:3",
                "--read-only",
                "--init",
                "--cap-drop",
                "CHOWN",
                "--shm-size",
                "1m",
                "-l",
                "a=b",
                "-p",
                "8089:80",
                IMAGE,
                "sleep",
                "1000");

        assertThat(daemon.inspect("all", template)).isEqualTo(expected);
    }

    @Test
    void eventsTellAContainersLife() {
        String since = Instant.now().toString();
        daemon.run("--name", "told", "-l", "a=b", IMAGE, "sh", "-c", "exit 4");
        String until = Instant.now().toString();

        String events = daemon.said(
                "events",
                "--since",
                since,
                "--until",
                until,
                "--filter",
                "type=container",
                "--filter",
                "container=told",
                "--format",
                "{{.Action}}");

        assertThat(events.lines()).containsExactly("create", "attach", "start", "die", "destroy");
        assertThat(daemon.said(
                        "events",
                        "--since",
                        since,
                        "--until",
                        until,
                        "--filter",
                        "event=die",
                        "--format",
                        "{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}} {{.Actor.Attributes.a}}"))
                .isEqualTo("told 4 b");
        assertThat(daemon.said("events", "--since", since, "--until", until, "--filter", "label=a=c"))
                .isEmpty();
    }

    @Test
    void eventsArriveWhileTheyHappen() {
        String until = Instant.now().plusSeconds(4).toString();
        Thread later = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(1000);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            daemon.said("create", "--name", "live", IMAGE, "true");
        });

        String events = daemon.said("events", "--until", until, "--format", "{{.Type}} {{.Action}}");

        assertThat(events.lines()).contains("container create");
        assertThat(later.isAlive()).isFalse();
    }

    @Test
    void infoAndVersionNameTheEngineAndItsConfinement() {
        assertThat(daemon.said("info", "--format", "{{.SecurityOptions}} {{.DefaultRuntime}} {{.CgroupDriver}}"))
                .contains("name=seccomp")
                .contains("name=userns")
                .endsWith("crun cgroupfs");
        assertThat(daemon.said("version", "--format", "{{.Server.APIVersion}} {{.Server.Os}}"))
                .isEqualTo("1.51 linux");
    }

    @Test
    void diskUseCountsWhatIsThere() {
        three();
        // Others of this daemon's tests may have left some.
        int images = daemon.docker("images", "-q").orFail().lines().size();

        assertThat(daemon.said("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}")
                        .lines())
                .contains("Images " + images + " 1", "Containers 3 1");
    }

    @Test
    void pruneRemovesStoppedContainersOnly() {
        three();

        daemon.said("container", "prune", "-f");

        assertThat(daemon.said("ps", "-a", "--format", "{{.Names}}")).isEqualTo("runs");
    }

    @Test
    void unknownThingsAreSaidToBeUnknown() {
        assertThat(daemon.docker("ps", "--filter", "nosuch=1").err()).contains("invalid filter 'nosuch'");
        assertThat(daemon.docker("logs", "nosuch").err()).contains("No such container: nosuch");
        assertThat(daemon.docker("volume", "inspect", "nosuch").err()).contains("no such volume");
        assertThat(daemon.docker("network", "inspect", "nosuch").err()).contains("nosuch not found");
        assertThat(daemon.docker("rm", "nosuch").exitCode()).isEqualTo(1);
        assertThat(daemon.docker("rm", "-f", "nosuch").err()).contains("No such container: nosuch");
    }
}
