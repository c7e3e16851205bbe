package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Binds, named and anonymous volumes, tmpfs.
@WithDaemon
class StorageTest {

    private final RunningDaemon daemon;
    private Path shared;

    StorageTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void aDirectoryOfTheHosts() throws IOException {
        shared = Files.createTempDirectory(daemon.home(), "shared-");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(shared.resolve("greeting"), "hello\n");
    }

    @AfterEach
    void noVolumeStays() {
        daemon.removeContainers();
        daemon.said("volume", "prune", "-a", "-f");
    }

    private static Object owner(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid");
    }

    @Test
    void aBindShowsTheHostsFilesWithTheirOwnersAndIsAlwaysNosuidNodev() {
        Ran ran = daemon.run(
                "-v",
                shared + ":/h",
                IMAGE,
                "sh",
                "-c",
                "cat /h/greeting; stat -c %u /h/greeting; grep ' /h ' /proc/mounts");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.lines()).startsWith("hello", "0").hasSize(3);
        assertThat(ran.lines().getLast()).contains("rw,nosuid,nodev");
    }

    @Test
    void whatTheContainerWritesBelongsToTheSameIdOnTheHost() throws IOException {
        daemon.run("-v", shared + ":/h", IMAGE, "sh", "-c", "echo x > /h/new; chown 1000 /h/greeting")
                .orFail();

        assertThat(owner(shared.resolve("new"))).isEqualTo(0);
        assertThat(owner(shared.resolve("greeting"))).isEqualTo(1000);
    }

    @Test
    void aSetuidBitInABindGivesNothing() {
        Ran ran = daemon.run(
                "-v",
                shared + ":/h",
                IMAGE,
                "sh",
                "-c",
                "cp /bin/busybox /h/id; chmod 4755 /h/id; exec su app -c '/h/id -u'");

        assertThat(ran.said()).isEqualTo("1000");
    }

    @Test
    void aReadOnlyBindIsReadOnly() {
        Ran ran = daemon.run("-v", shared + ":/h:ro", IMAGE, "touch", "/h/new");

        assertThat(ran).isEqualTo(new Ran(1, "", "touch: /h/new: Read-only file system\n"));
        assertThat(shared.resolve("new")).doesNotExist();
    }

    @Test
    void theShortFormMakesAMissingSourceAndTheLongFormRefusesIt() {
        Path missing = shared.resolve("missing");

        Ran refused = daemon.run("--mount", "type=bind,src=" + missing + ",dst=/h", IMAGE, "true");
        assertThat(refused.exitCode()).isEqualTo(125);
        assertThat(refused.err())
                .contains("invalid mount config for type \"bind\": bind source path does not exist: " + missing);
        assertThat(missing).doesNotExist();

        daemon.run("-v", missing + ":/h", IMAGE, "true").orFail();
        assertThat(missing).isDirectory();
    }

    @Test
    void aFileCanBeBound() {
        Ran ran = daemon.run("-v", shared.resolve("greeting") + ":/etc/greeting:ro", IMAGE, "cat", "/etc/greeting");

        assertThat(ran).isEqualTo(new Ran(0, "hello\n", ""));
    }

    @Test
    void aNamedVolumeKeepsWhatWasWritten() {
        daemon.said("volume", "create", "kept");
        daemon.run("-v", "kept:/v", IMAGE, "sh", "-c", "echo data > /v/f").orFail();

        Ran second = daemon.run(
                "-v",
                "kept:/v:ro",
                IMAGE,
                "sh",
                "-c",
                "cat /v/f; stat -c %u:%g /v/f; grep -c nosuid,nodev /proc/mounts >/dev/null && touch /v/x");

        assertThat(second.out()).isEqualTo("data\n0:0\n");
        assertThat(second.err()).isEqualTo("touch: /v/x: Read-only file system\n");
        assertThat(daemon.inspect("kept", "{{.Driver}} {{.Scope}}")).isEqualTo("local local");
    }

    @Test
    void twoContainersShareAVolume() {
        daemon.said("run", "-d", "--name", "writer", "-v", "both:/v", IMAGE, "sh", "-c", "echo w > /v/f; sleep 1000");

        Eventually.value(
                "the other's file",
                () -> daemon.run("--volumes-from", "writer", IMAGE, "cat", "/v/f")
                        .out(),
                said -> said.equals("w\n"));
        Ran removed = daemon.docker("volume", "rm", "both");
        assertThat(removed.exitCode()).isEqualTo(1);
        assertThat(removed.err()).contains("volume is in use");
    }

    @Test
    void anAnonymousVolumeGoesWithItsContainer() {
        daemon.run("-v", "/v", IMAGE, "touch", "/v/f").orFail();
        assertThat(daemon.said("volume", "ls", "-q")).isEmpty();

        daemon.said("create", "--name", "holder", "-v", "/v", IMAGE, "true");
        assertThat(daemon.said("volume", "ls", "-q")).matches("[0-9a-f]{64}");
        daemon.said("rm", "-v", "holder");
        assertThat(daemon.said("volume", "ls", "-q")).isEmpty();
    }

    @Test
    void aNamedVolumeStaysWhenItsContainerGoes() {
        daemon.said("create", "--name", "holder", "-v", "named:/v", IMAGE, "true");

        daemon.said("rm", "-v", "holder");

        assertThat(daemon.said("volume", "ls", "-q")).isEqualTo("named");
        assertThat(daemon.said("volume", "rm", "named")).isEqualTo("named");
    }

    @Test
    void aNewVolumeBeginsWithWhatTheImageHasThere() {
        Ran ran = daemon.run("-v", "fresh:/etc", IMAGE, "cat", "/etc/group");

        assertThat(ran.out()).contains("extra:x:2000:app");
    }

    @Test
    void aTmpfsMountBelongsToContainerRootAndIsGoneAfterwards() {
        Ran ran = daemon.run(
                "--mount",
                "type=tmpfs,dst=/t,tmpfs-size=1m",
                IMAGE,
                "sh",
                "-c",
                "touch /t/x; stat -c %u /t/x; grep ' /t ' /proc/mounts");

        assertThat(ran.lines().getFirst()).isEqualTo("0");
        assertThat(ran.lines().getLast())
                .startsWith("tmpfs /t tmpfs rw,nosuid,nodev")
                .contains("size=1024k");
    }

    @Test
    void twoMountsOnOneTargetAreRefused() {
        Ran ran = daemon.run("-v", "one:/v", "-v", "two:/v", IMAGE, "true");

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err()).contains("Duplicate mount point: /v");
    }

    @Test
    void inspectShowsTheMounts() {
        daemon.said("create", "--name", "shown", "-v", shared + ":/h:ro", "-v", "named:/v", IMAGE, "true");

        assertThat(daemon.inspect("shown", "{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}} {{.RW}}\n{{end}}")
                        .lines())
                .containsExactlyInAnyOrder("bind  /h false", "volume named /v true");
    }
}
