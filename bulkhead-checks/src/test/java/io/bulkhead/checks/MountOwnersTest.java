package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whose files are, asked for with the stock client and with our own, looked at from the host and from inside; and
/// what a process with a container's ids can reach on the host.
@WithDaemon
class MountOwnersTest {

    private static final String LOOK = "stat -c '%n %u:%g' /m/zero /m/user";

    private final RunningDaemon daemon;
    private Path shared;

    MountOwnersTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void aDirectoryOfTheHosts() throws IOException {
        shared = Files.createTempDirectory(daemon.home(), "shared-");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(shared.resolve("zero"));
        own(Files.createFile(shared.resolve("user")), 1000);
    }

    @AfterEach
    void nothingStays() {
        daemon.removeContainers();
        daemon.said("volume", "prune", "-a", "-f");
        daemon.bulkheadCommand("ownership", "ls")
                .run()
                .lines()
                .forEach(line -> daemon.bulkheadCommand("ownership", "forget", line.split(" ", 2)[0])
                        .run());
    }

    private static void own(Path file, int id) throws IOException {
        Files.setAttribute(file, "unix:uid", id, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(file, "unix:gid", id, LinkOption.NOFOLLOW_LINKS);
    }

    private static long owner(Path file) throws IOException {
        return Integer.toUnsignedLong((int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void theStockClientsOptionsArrive() {
        assertThat(daemon.run("-v", shared + ":/m", IMAGE, "sh", "-c", LOOK).lines())
                .containsExactly("/m/zero 0:0", "/m/user 1000:1000");
        assertThat(daemon.run("-v", shared + ":/m:noidmap", IMAGE, "sh", "-c", LOOK)
                        .lines())
                .containsExactly("/m/zero 65534:65534", "/m/user 65534:65534");
        assertThat(daemon.run("-v", shared + ":/m:ro,idmap=uids=@1000-0-1;gids=@1000-5-1", IMAGE, "sh", "-c", LOOK)
                        .lines())
                .containsExactly("/m/zero 65534:65534", "/m/user 0:5");
        assertThat(daemon.run("-v", shared + ":/m:idmap=squash-1000-1000", IMAGE, "sh", "-c", LOOK)
                        .lines())
                .containsExactly("/m/zero 65534:65534", "/m/user 0:0");
    }

    @Test
    void ourClientsMountOptionArrivesAndIsShown() throws IOException {
        own(shared, 1000);

        Ran ran = daemon.bulkheadCommand(
                        "run",
                        "--name",
                        "squashed",
                        "--mount",
                        "type=bind,src=" + shared + ",dst=/m,idmap=squash:1000",
                        IMAGE,
                        "sh",
                        "-c",
                        "echo x > /m/new")
                .run();

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(owner(shared.resolve("new"))).isEqualTo(1000);
        assertThat(daemon.inspect("squashed", "{{json .Bulkhead.MountOwners}}"))
                .isEqualTo("{\"/m\":\"idmap=squash:1000:1000\"}");
    }

    @Test
    void changedOwnersAreListedAndUndone() throws IOException {
        Ran ran = daemon.docker(
                "run",
                "--name",
                "owned",
                "--user",
                "1000",
                "-v",
                shared + ":/m:U",
                IMAGE,
                "sh",
                "-c",
                LOOK + "; echo x > /m/zero");
        assertThat(ran.lines()).as(ran.err()).containsExactly("/m/zero 1000:1000", "/m/user 1000:1000");
        long given = owner(shared.resolve("zero"));
        assertThat(given).isGreaterThanOrEqualTo(3_000_000_000L);

        Ran listed = daemon.bulkheadCommand("ownership", "ls").run().orFail();

        assertThat(listed.lines()).singleElement().asString().contains("done", shared.toString(), "3 files", "owned");
        String id = listed.said().split(" ", 2)[0];
        daemon.docker("start", "owned").orFail();
        daemon.docker("wait", "owned").orFail();
        assertThat(daemon.bulkheadCommand("ownership", "ls").run().lines()).hasSize(1);
        assertThat(daemon.bulkheadCommand("ownership", "undo", id)
                        .run()
                        .orFail()
                        .said())
                .isEqualTo(id + ": 3 files given back");
        assertThat(owner(shared)).isZero();
        assertThat(owner(shared.resolve("zero"))).isZero();
        assertThat(owner(shared.resolve("user"))).isEqualTo(1000);
        Ran again = daemon.bulkheadCommand("ownership", "undo", id).run();
        assertThat(again.exitCode()).isNotZero();
        assertThat(again.err()).contains("No such change of owners");
    }

    @Test
    void anUndoWhileTheTreeIsInUseIsRefused() throws IOException {
        daemon.docker("run", "-d", "--name", "busy", "-v", shared + ":/m:U", IMAGE, "sleep", "100")
                .orFail();
        String id = daemon.bulkheadCommand("ownership", "ls").run().said().split(" ", 2)[0];

        Ran undone = daemon.bulkheadCommand("ownership", "undo", id).run();

        assertThat(undone.exitCode()).isNotZero();
        assertThat(undone.err()).contains("container busy runs with");
        assertThat(owner(shared)).isGreaterThanOrEqualTo(3_000_000_000L);
    }

    @Test
    void aVolumeThatAnotherContainerHadFirstIsNotGivenAway() {
        daemon.said("run", "-d", "--name", "first", "-v", "theirs:/m", IMAGE, "sleep", "100");

        Ran refused = daemon.docker("create", "--name", "second", "-v", "theirs:/m:U", IMAGE, "true");

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err())
                .contains("volume theirs: its owners are not changed: container first has it too")
                .contains("Leave the option `U` away")
                .contains("remove that container");
        daemon.said("rm", "-f", "first");
        daemon.said("run", "-d", "--name", "second", "--user", "1000", "-v", "theirs:/m:U", IMAGE, "sleep", "100");
        daemon.said("run", "-d", "--name", "third", "-v", "theirs:/m", IMAGE, "sleep", "100");
        daemon.said("restart", "-t", "0", "second");
        assertThat(daemon.said("exec", "third", "stat", "-c", "%u", "/m")).isEqualTo("1000");
    }

    @Test
    void badOptionsAndProtectedTreesAreRefusedWhenTheContainerIsMade() {
        assertRefused("/etc:/m:U", "not changed");
        assertRefused("/:/m:U", "not changed");
        assertRefused(daemon.state() + "/volumes:/m:U", "not changed");
        assertRefused(daemon.state() + "/volumes:/m:idmap", "engine's own state");
        assertRefused(shared + ":/m:idmap=uids=0-1000-10", "host id 1000 is none of the container's");
        assertRefused(shared + ":/m:idmap=uids=0-1-5#3-9-1", "two lines reach container id 3");
        assertRefused(shared + ":/m:idmap,U", "contradict");
        assertThat(daemon.said("ps", "-aq")).isEmpty();
    }

    private void assertRefused(String bind, String problem) {
        Ran ran = daemon.docker("create", "-v", bind, IMAGE, "true");
        assertThat(ran.exitCode()).as(bind).isNotZero();
        assertThat(ran.err()).as(bind).contains(problem);
    }

    @Test
    void aTreeOfTheHostIsPlainAndInspectSaysWhy() {
        daemon.docker("run", "--name", "plain", "-v", "/etc:/m:ro", IMAGE, "stat", "-c", "%u", "/m/passwd")
                .orFail();

        assertThat(daemon.said("logs", "plain")).isEqualTo("65534");
        assertThat(daemon.inspect("plain", "{{json .Bulkhead.Warnings}}"))
                .contains("the tree belongs to the host itself", "`idmap` maps it");
        daemon.docker("run", "--name", "mapped", "-v", "/etc:/m:ro,idmap", IMAGE, "stat", "-c", "%u", "/m/passwd")
                .orFail();
        assertThat(daemon.said("logs", "mapped")).isEqualTo("0");
        assertThat(daemon.inspect("mapped", "{{json .Bulkhead.Privileges}}"))
                .contains("mapped-host-tree:/etc", "host-path:/etc:ro");
    }

    @Test
    void containersWithDifferentIdsShareAVolumeAndSeeTheSameOwners() {
        daemon.docker("run", "-d", "--name", "first", "-v", "both:/m", IMAGE, "sleep", "100")
                .orFail();
        daemon.docker("run", "-d", "--name", "second", "-v", "both:/m", IMAGE, "sleep", "100")
                .orFail();
        daemon.docker("exec", "first", "sh", "-c", "touch /m/zero /m/user; chown 1000:1000 /m/user")
                .orFail();

        assertThat(daemon.docker("exec", "second", "sh", "-c", LOOK).lines())
                .containsExactly("/m/zero 0:0", "/m/user 1000:1000");
        assertThat(idMap("first")).isNotEqualTo(idMap("second"));
        daemon.docker("exec", "second", "rm", "/m/zero").orFail();
    }

    private String idMap(String container) {
        return daemon.inspect(container, "{{json .Bulkhead.IdMap}}");
    }

    /// A process that broke out: the host's mounts, and the outer ids of a container's root.
    @Test
    void theIdsOfAContainerReachNothingOfTheEnginesOnTheHost() throws IOException {
        daemon.docker("run", "-d", "--name", "mallory", "-v", "va:/m", IMAGE, "sleep", "100")
                .orFail();
        daemon.docker(
                        "run",
                        "-d",
                        "--name",
                        "bob",
                        "-v",
                        "vb:/m",
                        IMAGE,
                        "sh",
                        "-c",
                        "echo secret > /m/secret; chmod 666 /m/secret; chmod 777 /m; exec sleep 100")
                .orFail();
        String id = daemon.inspect("mallory", "{{(index .Bulkhead.IdMap 0).HostID}}");
        Path secret = daemon.state().resolve("volumes/vb/_data/secret");
        Eventually.holds("bob has written", () -> Files.exists(secret));

        for (Path reached : writable(id, daemon.state())) {
            throw new AssertionError("a container's id can write " + reached);
        }
        assertThat(as(id, "cat", secret.toString()).exitCode()).isNotZero();
        assertThat(as(id, "ls", daemon.state().toString()).exitCode()).isNotZero();
        assertThat(as(id, "sh", "-c", "echo x > " + daemon.state().resolve("volumes/va/_data/x"))
                        .exitCode())
                .isNotZero();
        assertThat(as(id, "kill", "-0", daemon.inspect("bob", "{{.State.Pid}}")).exitCode())
                .isNotZero();
    }

    private static Iterable<Path> writable(String id, Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            // One process for all of them: names with a newline would hide, and there are none.
            String names = String.join("\n", all.map(Path::toString).toList());
            Path list = Files.createTempFile("reached", "");
            Files.writeString(list, names);
            Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-r--r--"));
            try {
                Ran ran =
                        as(id, "sh", "-c", "while read -r f; do [ -w \"$f\" ] && echo \"$f\"; done < " + list + "; :");
                assertThat(ran.exitCode()).as(ran.err()).isZero();
                return ran.lines().stream().map(Path::of).toList();
            } finally {
                Files.delete(list);
            }
        }
    }

    private static Ran as(String id, String... command) {
        String[] all = Stream.concat(
                        Stream.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups"), Stream.of(command))
                .toArray(String[]::new);
        return Command.run(all);
    }
}
