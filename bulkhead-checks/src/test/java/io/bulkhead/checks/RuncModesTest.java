package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each kind of user namespace with the other runtime. This one ignores an `idmap` of a mount without a word, so that
/// files would be nobody's: whose they are is looked at for all that is mounted.
@Timeout(180)
class RuncModesTest {

    private static RunningDaemon daemon;

    @BeforeAll
    static void begin() {
        String missing = Command.onPath("runc") ? RunningDaemon.missing() : "runc on the PATH";
        assumeTrue(missing.isEmpty(), "needs " + missing);
        daemon = RunningDaemon.withImage(RunningDaemon.startWith("runtime: {default: runc}\n"));
    }

    @AfterAll
    static void end() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @AfterEach
    void nothingStays() {
        daemon.removeContainers();
        daemon.said("volume", "prune", "-a", "-f");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auto | 65536",
                "auto:size=2001 | 2001",
                "identity | 0 0 4294967295",
                "shift:2 | 0 2 1;1 1 1;3 3 4294967292",
                "single | 1",
                "single:1234:4321 | 0 1234 1",
                "map:0:60000:1,1:100000:65535 | 0 60000 1;1 100000 65535",
                "host | 0 0 4294967295"
            })
    void everythingIsWhoseItShouldBe(String mode, String map) throws IOException {
        assertThat(daemon.docker("info", "-f", "{{.DefaultRuntime}}").said()).isEqualTo("runc");
        boolean single = mode.startsWith("single");
        Path bound = Files.createDirectories(daemon.home().resolve("bound"));
        Files.writeString(bound.resolve("of-app"), "x");
        Files.setAttribute(bound.resolve("of-app"), "unix:uid", 1000);
        String full =
                Files.readAttributes(Path.of("/dev/full"), "unix:mode,ctime").toString();
        daemon.said(
                "run",
                "-d",
                "--name",
                "one",
                "--security-opt",
                "userns=" + mode,
                "-v",
                "kept:/kept",
                "-v",
                bound + ":/bound",
                "--tmpfs",
                "/scratch:uid=1000,mode=750",
                "--device",
                "/dev/full:/dev/mine",
                "--group-add",
                "extra",
                IMAGE,
                "sleep",
                "1000");

        String uidMap = Command.text(Path.of("/proc", daemon.inspect("one", "{{.State.Pid}}"), "uid_map"));
        assertThat(uidMap.strip().replaceAll(" +", " ").replaceAll("\n ?", ";")).endsWith(map);
        assertThat(daemon.said(
                                "exec",
                                "one",
                                "sh",
                                "-c",
                                "touch /new /kept/new /bound/new; stat -c '%u %n' /new /kept/new /bound/new /bound/of-app /scratch"
                                        + " /dev/mine /dev/pts /etc/passwd /etc/hostname; chmod 666 /dev/full 2>/dev/null;"
                                        + " find / -xdev -type f ! -user 0 | grep -c .; grep Groups /proc/1/status | tr -s '\\t' ' '")
                        .lines()
                        .map(String::strip))
                .containsExactly(
                        "0 /new",
                        "0 /kept/new",
                        "0 /bound/new",
                        (single ? "65534" : "1000") + " /bound/of-app",
                        (single ? "0" : "1000") + " /scratch",
                        "0 /dev/mine",
                        "0 /dev/pts",
                        "0 /etc/passwd",
                        "0 /etc/hostname",
                        "0",
                        single ? "Groups: 0" : "Groups: 0 2000");
        assertThat(daemon.said("exec", "-u", "app", "one", "id", "-u")).isEqualTo(single ? "0" : "1000");
        if (!mode.equals("host")) {
            assertThat(Files.readAttributes(Path.of("/dev/full"), "unix:mode,ctime")
                            .toString())
                    .isEqualTo(full);
        }
        daemon.said("restart", "-t", "0", "one");
        assertThat(daemon.said("exec", "one", "stat", "-c", "%u", "/new", "/kept/new")
                        .lines())
                .containsExactly("0", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "identity", "single"})
    void namespacesOfAnotherContainerAreJoined(String mode) {
        daemon.said("run", "-d", "--name", "one", "--security-opt", "userns=" + mode, IMAGE, "sleep", "1000");
        daemon.said("exec", "one", "sh", "-c", "echo shared > /dev/shm/there");
        String users = daemon.said("exec", "one", "readlink", "/proc/self/ns/user");

        Ran ran = daemon.run(
                "--pid",
                "container:one",
                "--ipc",
                "container:one",
                IMAGE,
                "sh",
                "-c",
                "readlink /proc/self/ns/user; cat /proc/1/comm /dev/shm/there");

        assertThat(ran.lines()).as(ran.err()).containsExactly(users, "sleep", "shared");
    }
}
