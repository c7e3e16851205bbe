package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Memory, processors, processes, open files.
@WithDaemon
class LimitsTest {

    private final RunningDaemon daemon;

    LimitsTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @Test
    void whoEatsMoreMemoryThanAllowedIsKilledAndSaidSo() {
        Ran ran = daemon.docker("run", "--name", "eater", "-m", "32m", IMAGE, "tail", "/dev/zero");

        assertThat(ran.exitCode()).isEqualTo(137);
        assertThat(daemon.inspect("eater", "{{.State.OOMKilled}} {{.State.ExitCode}} {{.HostConfig.Memory}}"))
                .isEqualTo("true 137 33554432");
    }

    @Test
    void whoIsKilledOtherwiseIsNotSaidToHaveEatenTooMuch() {
        daemon.said("run", "-d", "--name", "killed", "-m", "32m", IMAGE, "sleep", "1000");
        daemon.said("kill", "killed");
        daemon.said("wait", "killed");

        assertThat(daemon.inspect("killed", "{{.State.OOMKilled}} {{.State.ExitCode}}"))
                .isEqualTo("false 137");
    }

    @Test
    void halfAProcessorIsHalfAProcessor() {
        daemon.said("run", "-d", "--name", "busy", "--cpus", "0.5", IMAGE, "sh", "-c", "while :; do :; done");

        assertThat(daemon.inspect("busy", "{{.HostConfig.NanoCpus}}")).isEqualTo("500000000");
        Eventually.value(
                "some use of the processor",
                () -> Double.parseDouble(daemon.said("stats", "--no-stream", "--format", "{{.CPUPerc}}", "busy")
                        .replace("%", "")),
                percent -> percent > 10 && percent < 65);
    }

    @Test
    void aForkBombStaysInItsContainer() {
        daemon.said(
                "run",
                "-d",
                "--name",
                "bomb",
                "--pids-limit",
                "30",
                IMAGE,
                "sh",
                "-c",
                "bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 1000");

        String pids = Eventually.value(
                "as many processes as allowed",
                () -> daemon.said("stats", "--no-stream", "--format", "{{.PIDs}}", "bomb"),
                number -> Integer.parseInt(number) > 1);
        assertThat(Integer.parseInt(pids)).isLessThanOrEqualTo(30);
        assertThat(daemon.run(IMAGE, "echo", "others run")).isEqualTo(new Ran(0, "others run\n", ""));
        assertThat(daemon.said("rm", "-f", "bomb")).isEqualTo("bomb");
    }

    @Test
    void withoutAnOptionProcessesAreLimitedToo() {
        daemon.said("create", "--name", "plain", IMAGE, "true");

        assertThat(daemon.inspect("plain", "{{.HostConfig.PidsLimit}}")).isEqualTo("4096");
    }

    @Test
    void ulimitsAreTheGivenOnes() {
        Ran ran = daemon.run("--ulimit", "nofile=100:200", IMAGE, "sh", "-c", "ulimit -n; ulimit -Hn");

        assertThat(ran).isEqualTo(new Ran(0, "100\n200\n", ""));
    }

    @Test
    void statsAreOneLineWithAllColumns() {
        daemon.said("run", "-d", "--name", "measured", "-m", "64m", IMAGE, "sleep", "1000");

        String line = daemon.said(
                "stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}} {{.PIDs}} {{.NetIO}}", "measured");

        assertThat(line).matches("measured [0-9.]+[KM]iB / 64MiB 1 [0-9.]+k?B / [0-9.]+k?B");
    }

    @Test
    void updateChangesARunningContainersLimits() {
        daemon.said("run", "-d", "--name", "grown", "-m", "32m", IMAGE, "sleep", "1000");

        daemon.said("update", "-m", "64m", "--memory-swap", "128m", "grown");

        assertThat(daemon.inspect("grown", "{{.HostConfig.Memory}}")).isEqualTo("67108864");
        assertThat(daemon.said("stats", "--no-stream", "--format", "{{.MemUsage}}", "grown"))
                .endsWith("/ 64MiB");
    }

    @Test
    void limitsThatCannotBeAreRefused() {
        assertThat(daemon.run("-m", "1k", IMAGE, "true").err()).contains("Minimum memory limit allowed is 6MB");
        assertThat(daemon.run("--cpus", "10000", IMAGE, "true").err()).contains("range of CPUs is from 0.01 to");
        assertThat(daemon.run("--shm-size", "99999999999g", IMAGE, "true").exitCode())
                .isEqualTo(125);
    }
}
