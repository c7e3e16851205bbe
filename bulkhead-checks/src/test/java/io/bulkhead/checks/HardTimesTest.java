package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Daemons with a wrong configuration, a full disk, and the host they leave behind.
@Timeout(180)
class HardTimesTest {

    private static final String FILL = "dd if=/dev/zero of=/fill bs=1M count=100 2>/dev/null; exit 1";

    @BeforeAll
    static void needsAHost() {
        String missing = RunningDaemon.missing();
        assumeTrue(missing.isEmpty(), "needs " + missing);
    }

    private static String refusal(String configuration) {
        try (RunningDaemon prepared = RunningDaemon.prepare(configuration)) {
            Process process = prepared.launch();
            try {
                assertThat(Command.endedWithin(process, Duration.ofSeconds(60))).isTrue();
                assertThat(process.exitValue()).isEqualTo(1);
            } finally {
                process.destroyForcibly();
            }
            return prepared.log();
        }
    }

    @Test
    void aRuntimeThatIsNotThereStopsTheStartWithItsPath() {
        assertThat(refusal("runtime: {crun: /nowhere/crun}\n"))
                .contains("not started")
                .contains("/nowhere/crun");
    }

    @Test
    void aMonitorThatIsNotThereStopsTheStartWithItsPath() {
        assertThat(refusal("runtime: {conmon: /nowhere/conmon}\n"))
                .contains("not started")
                .contains("/nowhere/conmon");
    }

    @Test
    void aMisspeltKeyStopsTheStartWithItsLine() {
        assertThat(refusal("netwrok: {bridge: x}\n")).contains("bulkhead.yaml:5: there is no key `netwrok`");
    }

    @Test
    void aFullDiskIsSaidSoAndHarmsNothing() throws IOException {
        RunningDaemon daemon = RunningDaemon.prepare("");
        Path disk = Files.createDirectory(daemon.state());
        Command.run("mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "small", disk.toString())
                .orFail();
        // Closing the daemon unmounts it.
        try (daemon) {
            daemon.begin();
            Path tar = daemon.home().resolve("small.tar");
            SmallRoot.write(tar);
            daemon.said("import", "--change", "CMD [\"/bin/sh\"]", tar.toString(), IMAGE);

            // The engine needs room to write down the end of a container, so the container makes some.
            Ran filled = daemon.run(IMAGE, "sh", "-c", "dd if=/dev/zero of=/fill bs=1M count=100; rm /fill; exit 1");
            assertThat(filled.exitCode()).isEqualTo(1);
            assertThat(filled.err()).contains("No space left on device");

            Path big = daemon.home().resolve("big.tar");
            SmallRoot.write(big, root -> root.file("big", "x".repeat(90_000_000)));
            Ran imported = daemon.docker("import", big.toString(), "big:1");
            assertThat(imported.exitCode()).isEqualTo(1);
            assertThat(imported.err()).containsIgnoringCase("no space left on device");

            assertThat(daemon.docker("images", "-q").lines()).hasSize(1);
            assertThat(daemon.run(IMAGE, "echo", "still works")).isEqualTo(new Ran(0, "still works\n", ""));
        }
    }

    @Test
    void aDiskThatAContainerFilledCanBeEmptiedAgain() throws IOException {
        RunningDaemon daemon = RunningDaemon.prepare("");
        Path disk = Files.createDirectory(daemon.state());
        Command.run("mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "small", disk.toString())
                .orFail();
        try (daemon) {
            daemon.begin();
            Path tar = daemon.home().resolve("small.tar");
            SmallRoot.write(tar);
            daemon.said("import", "--change", "CMD [\"/bin/sh\"]", tar.toString(), IMAGE);

            // Its client comes back, and with it goes what it filled the disk with.
            assertThat(daemon.run("-v", "/v", IMAGE, "sh", "-c", FILL).exitCode())
                    .isEqualTo(1);
            assertThat(daemon.docker("ps", "-aq").lines()).isEmpty();

            daemon.docker("run", "--name", "ended", "-v", "/v", IMAGE, "sh", "-c", FILL);
            daemon.docker("run", "-d", "--name", "lives", IMAGE, "sleep", "1000");
            assertThat(daemon.docker("create", IMAGE, "true").err()).containsIgnoringCase("no space left");
            daemon.kill();
            daemon.begin();

            assertThat(daemon.docker("rm", "-f", "ended")).isEqualTo(new Ran(0, "ended\n", ""));
            assertThat(daemon.docker("volume", "prune", "-f").exitCode()).isZero();
            assertThat(daemon.run(IMAGE, "echo", "room again")).isEqualTo(new Ran(0, "room again\n", ""));
        }
    }

    @Test
    void buildingIsAnsweredClearly() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            Path context = Files.createDirectory(daemon.home().resolve("context"));
            Files.writeString(context.resolve("Dockerfile"), "FROM " + IMAGE + "\nRUN true\n");

            Ran built = daemon.docker("build", context.toString());

            assertThat(built.exitCode()).isEqualTo(1);
            assertThat(built.err()).contains("Error response from daemon: ").containsIgnoringCase("build");
        }
    }

    @Test
    void theHostIsLeftAsItWasFound() throws IOException {
        HostState before = HostState.now();
        Path home;
        try (RunningDaemon daemon = RunningDaemon.start()) {
            home = daemon.home();
            daemon.said("run", "-d", "--name", "web", "-p", "8080:80", "-v", "data:/v", IMAGE, "sleep", "1000");
            daemon.said("exec", "web", "true");
            daemon.run("-t", "-v", home + ":/h:ro", "--tmpfs", "/t", IMAGE, "true")
                    .orFail();
            daemon.docker("run", "-m", "32m", IMAGE, "tail", "/dev/zero");
            daemon.docker("run", IMAGE, "nosuch");
            daemon.docker("run", "--network", "host", IMAGE, "sh", "-c", "kill -9 $$");
            daemon.said("run", "-d", "--restart", "always", IMAGE, "sh", "-c", "sleep 0.3");
            daemon.kill();
            daemon.begin();
        }

        assertThat(HostState.now()).isEqualTo(before);
        assertThat(Leftovers.processes(home)).isEmpty();
        assertThat(home).doesNotExist();
    }
}
