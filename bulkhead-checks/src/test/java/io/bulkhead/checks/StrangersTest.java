package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a container's root could do to another container if it had got out of all namespaces but its own ids: a
/// process of the host with the ids that root has outside.
@WithDaemon
class StrangersTest {

    private final RunningDaemon daemon;
    private String alicesRoot = "";
    private String bob = "";

    StrangersTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void twoContainers() throws IOException {
        daemon.said("run", "-d", "--name", "alice", IMAGE, "sleep", "1000");
        daemon.said("run", "-d", "--name", "bob", "-e", "SECRET=s", "-v", "bobs:/kept", IMAGE, "sleep", "1000");
        daemon.said(
                "exec", "bob", "sh", "-c", "echo secret > /kept/file; echo secret > /file; chmod 600 /file /kept/file");
        alicesRoot = Command.text(Path.of("/proc", daemon.inspect("alice", "{{.State.Pid}}"), "uid_map"))
                .strip()
                .split(" +", -1)[1];
        bob = daemon.inspect("bob", "{{.State.Pid}}");
    }

    @AfterEach
    void nothingStays() {
        daemon.removeContainers();
        daemon.said("volume", "prune", "-a", "-f");
    }

    private Ran asAlice(String... command) {
        return Command.run(Stream.concat(
                        Stream.of("setpriv", "--reuid=" + alicesRoot, "--regid=" + alicesRoot, "--clear-groups"),
                        Stream.of(command))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"environ", "mem", "maps", "auxv", "io", "stack", "root/etc/passwd", "cwd/file"})
    void theOthersProcessCannotBeLookedInto(String file) {
        Ran look = asAlice("dd", "if=/proc/" + bob + "/" + file, "of=/dev/null", "count=1");

        assertThat(look.exitCode()).isNotZero();
        assertThat(look.err()).containsAnyOf("Permission denied", "Operation not permitted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exe", "root", "cwd", "ns/user", "ns/mnt", "ns/net"})
    void theOthersNamespacesAndFilesCannotBeFound(String link) {
        assertThat(asAlice("readlink", "/proc/" + bob + "/" + link).exitCode()).isNotZero();
    }

    @Test
    void theOtherCannotBeSignalledTracedOrEntered() {
        assertThat(asAlice("kill", "-0", bob).err()).contains("not permitted");
        assertThat(asAlice("nsenter", "-t", bob, "-m", "true").exitCode()).isNotZero();
        assertThat(asAlice("sh", "-c", "echo 1000 > /proc/" + bob + "/oom_score_adj")
                        .err())
                .contains("Permission denied");
        assertThat(asAlice("renice", "-n", "19", "-p", bob).exitCode()).isNotZero();
        assertThat(daemon.inspect("bob", "{{.State.Running}}")).isEqualTo("true");
    }

    @Test
    void theOthersFilesCannotBeReachedByTheirPathsOnTheHost() {
        Path container = daemon.state().resolve("containers").resolve(daemon.inspect("bob", "{{.Id}}"));
        Path volume = Path.of(daemon.said("volume", "inspect", "-f", "{{.Mountpoint}}", "bobs"));
        for (Path file :
                List.of(container.resolve("upper/file"), volume.resolve("file"), container.resolve("container.log"))) {
            assertThat(file).as("it is there for root").exists();
            assertThat(asAlice("cat", file.toString()).err()).contains("Permission denied");
        }
    }

    /// Not even by a descriptor of a directory above it, which its own namespaces would have to have let through.
    @Test
    void theFilesThemselvesBelongToIdsThatAreNotTheOthers() throws IOException {
        Path container = daemon.state().resolve("containers").resolve(daemon.inspect("bob", "{{.Id}}"));
        String bobsRoot = Command.text(Path.of("/proc", bob, "uid_map")).strip().split(" +", -1)[1];

        assertThat(Command.run(
                                "stat",
                                "-c",
                                "%u %a",
                                container.resolve("upper/file").toString())
                        .said())
                .isEqualTo(bobsRoot + " 600");
        assertThat(bobsRoot).isNotEqualTo(alicesRoot);
    }
}
