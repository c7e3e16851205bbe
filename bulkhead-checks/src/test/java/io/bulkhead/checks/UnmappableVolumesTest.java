package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A daemon whose volumes lie on a file system without idmapped mounts: an overlay.
@Timeout(180)
class UnmappableVolumesTest {

    private static final String LOOK = "stat -c '%n %u:%g' /m/zero /m/user";

    private static RunningDaemon daemon;
    private static Path volumes;

    @BeforeAll
    static void begin() throws IOException {
        assumeTrue(RunningDaemon.missing().isEmpty(), "needs " + RunningDaemon.missing());
        daemon = RunningDaemon.prepare("");
        volumes = Files.createDirectories(daemon.state().resolve("volumes"));
        Path lower = Files.createDirectory(daemon.home().resolve("lower"));
        Path upper = Files.createDirectory(daemon.home().resolve("upper"));
        Path work = Files.createDirectory(daemon.home().resolve("work"));
        Command.run(
                        "mount",
                        "-t",
                        "overlay",
                        "overlay",
                        "-o",
                        "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work,
                        volumes.toString())
                .orFail();
        daemon.begin();
        Path tar = daemon.home().resolve("small.tar");
        SmallRoot.write(tar);
        daemon.docker("import", "--change", "CMD [\"/bin/sh\"]", tar.toString(), IMAGE)
                .orFail();
    }

    @AfterAll
    static void end() {
        if (daemon != null) {
            daemon.removeContainers();
            daemon.stop();
            Command.run("umount", volumes.toString());
            daemon.close();
        }
    }

    private static long owner(String name) throws IOException {
        return Integer.toUnsignedLong((int)
                Files.getAttribute(volumes.resolve("vol/_data").resolve(name), "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }

    private static long first(String container) {
        return Long.parseLong(daemon.inspect(container, "{{(index .Bulkhead.IdMap 0).HostID}}"));
    }

    @Test
    void everyContainerSeesTheRightOwnersOrDoesNotStart() throws IOException {
        daemon.docker("run", "-d", "--name", "one", "-v", "vol:/m", IMAGE, "sleep", "1000")
                .orFail();
        daemon.docker("exec", "one", "sh", "-c", "touch /m/zero /m/user; chown 1000:1000 /m/user")
                .orFail();
        assertThat(owner("zero")).isEqualTo(first("one"));
        assertThat(owner("user")).isEqualTo(first("one") + 1000);

        Ran refused = daemon.docker("run", "--name", "two", "-v", "vol:/m", IMAGE, "sh", "-c", LOOK);

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("belong to the ids of container one", "one owner at a time");
        daemon.docker("rm", "-f", "one").orFail();
        Ran second = daemon.docker("start", "-a", "two");
        assertThat(second.lines()).as(second.err()).containsExactly("/m/zero 0:0", "/m/user 1000:1000");
        assertThat(owner("zero")).isEqualTo(first("two"));
        daemon.stop();
        daemon.begin();
        Ran third = daemon.run("--userns=host", "-v", "vol:/m", IMAGE, "sh", "-c", LOOK);
        assertThat(third.lines()).as(third.err()).containsExactly("/m/zero 0:0", "/m/user 1000:1000");
        assertThat(owner("zero")).isZero();
        assertThat(owner("user")).isEqualTo(1000);
        assertThat(Files.readString(volumes.resolve("vol/volume.json"))).contains("\"carried\":[]");
        daemon.docker("rm", "-f", "two").orFail();
    }
}
