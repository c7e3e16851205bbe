package io.bulkhead.ownership;

import static io.bulkhead.ownership.TestTree.own;
import static io.bulkhead.ownership.TestTree.owner;
import static io.bulkhead.ownership.TestTree.owners;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.ownership.OwnerRule.Everything;
import io.bulkhead.ownership.OwnershipException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class OwnershipTest {

    private static final Everything TO = new Everything(3_100_005, 3_100_006);
    private static final String GIVEN = "3100005:3100006";

    @TempDir
    Path temp;

    private Ownership ownership;

    @BeforeEach
    void open() {
        assumeTrue("root".equals(System.getProperty("user.name")), "root is needed to change owners");
        ownership = reopened();
    }

    private Ownership reopened() {
        return Ownership.open(temp.resolve("state/ownership"), temp.resolve("state"), Clock.systemUTC());
    }

    private Ownership.Result change(Path tree, OwnerRule rule) {
        try (Fd root = pin(tree)) {
            return ownership.change(ownership.requireChangeable(tree, root), rule, "web");
        }
    }

    private static Fd pin(Path path) {
        try (Directory host = Directory.open(Path.of("/"))) {
            return host.pin(path.toString().substring(1), Links.REFUSE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmpfs", "ext4", "xfs", "btrfs"})
    void everythingBelongsToTheOwnerAndUndoGivesItBack(String kind) throws IOException {
        assumeTrue(TestTree.available(kind), "mkfs." + kind + " is not installed");
        String passwd = owner(Path.of("/etc/passwd"));
        try (TestTree disk = TestTree.on(kind, temp)) {
            Path tree = disk.fill();
            Map<String, String> before = owners(tree);

            Ownership.Result result = change(tree, TO);

            assertThat(owners(tree).values()).containsOnly(GIVEN);
            assertThat(owner(Path.of("/etc/passwd"))).isEqualTo(passwd);
            assertThat(result.outcome().changed()).isEqualTo(before.size() - 1);
            assertThat(result.outcome().left()).isEmpty();
            assertThat(reopened().all()).singleElement().satisfies(change -> {
                assertThat(change.state()).isEqualTo(Change.State.DONE);
                assertThat(change.container()).isEqualTo("web");
                assertThat(change.outcome().changed()).isEqualTo(before.size() - 1);
            });

            Change.Outcome undone = reopened().undo(result.id().orElseThrow());

            assertThat(owners(tree)).isEqualTo(before);
            assertThat(undone.leftCount()).isZero();
            assertThat(reopened().all()).isEmpty();
        }
    }

    /// `/etc` by its inode, what is in it by where it lies on its file system.
    @ParameterizedTest
    @ValueSource(strings = {"/etc", "/etc/default", "/etc/passwd", "/"})
    void aTreeOfTheHostIsKnownUnderAnotherName(String tree) throws IOException {
        Path real = Path.of(tree).toRealPath();
        Path alias = temp.resolve("alias");
        if (Files.isDirectory(real)) {
            Files.createDirectory(alias);
        } else {
            Files.createFile(alias);
        }
        String before = owner(real);
        Mounts.bind(real, alias, false);
        try {
            assertThat(ownership.isProtected(alias)).isTrue();
            assertThatThrownBy(() -> ownership.requireChangeablePath(alias))
                    .hasMessageContaining("are not changed: it is, holds or lies in a tree of the host itself");
            assertThatThrownBy(() -> change(alias, TO)).isInstanceOf(OwnershipException.class);
        } finally {
            Mounts.detach(alias);
        }
        assertThat(owner(real)).isEqualTo(before);
        assertThat(ownership.isProtected(alias)).isFalse();
    }

    @Test
    void theEnginesStateIsKnownUnderAnotherName() throws IOException {
        Path alias = Files.createDirectory(temp.resolve("alias"));
        Mounts.bind(Files.createDirectories(temp.resolve("state/volumes/x")), alias, false);
        try {
            assertThat(ownership.alias(alias)).contains(temp.resolve("state"));
        } finally {
            Mounts.detach(alias);
        }
    }

    @Test
    void ofSeveralMountsOnOnePlaceTheLastIsThere() {
        var mounts = MountTable.of("""
                22 1 8:1 / / rw - ext4 /dev/a rw
                23 22 8:2 /over/here /srv/a\\040b rw - ext4 /dev/b rw
                24 22 8:3 / /srv/a\\040b rw - ext4 /dev/c rw
                25 22 8:4 / /srv/a rw - ext4 /dev/d rw
                26 22 0:4 net:[4026531840] /run/netns/x rw - nsfs nsfs rw
                """);

        assertThat(mounts.place(Path.of("/srv/a b/c"))).contains(new MountTable.Place("8:3", Path.of("/c")));
        assertThat(mounts.place(Path.of("/srv"))).contains(new MountTable.Place("8:1", Path.of("/srv")));
        assertThat(mounts.place(Path.of("/srv/ab"))).contains(new MountTable.Place("8:1", Path.of("/srv/ab")));
    }

    @Test
    void aTreeThatIsRightAlreadyLeavesNoRecord() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        change(tree, TO);
        ownership.forget(ownership.all().getFirst().id());

        Ownership.Result second = change(tree, TO);

        assertThat(second.id()).isEmpty();
        assertThat(ownership.all()).isEmpty();
    }

    @Test
    void whoWasGivenFilesIsRememberedAsLongAsTheChange() throws IOException {
        change(Files.createDirectory(temp.resolve("tree")), TO);
        var given = new IdRange(TO.uid(0), 1);

        assertThat(ownership.gave(given)).isTrue();
        // It is asked at every start of a container, and does not look at the disk for that.
        String id = ownership.all().getFirst().id();
        Path record = temp.resolve("state/ownership").resolve(id);
        Files.move(record, temp.resolve(id));
        assertThat(ownership.gave(given)).isTrue();
        assertThat(reopened().gave(given)).isFalse();
        Files.move(temp.resolve(id), record);
        assertThat(reopened().gave(given)).isTrue();
        assertThat(ownership.gave(new IdRange(TO.uid(0) + 1_000_000, 1))).isFalse();
        ownership.forget(ownership.all().getFirst().id());

        assertThat(ownership.gave(given)).isFalse();
    }

    @Test
    void aSingleFileIsATree() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");

        change(file, TO);

        assertThat(owner(file)).isEqualTo(GIVEN);
    }

    @Test
    void aFileWithANameOutsideTheTreeIsLeftAndNamed() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path outside = Files.writeString(temp.resolve("outside"), "x");
        Files.createLink(tree.resolve("inside"), outside);

        Ownership.Result result = change(tree, TO);

        assertThat(owner(outside)).isEqualTo("0:0");
        assertThat(result.outcome().leftCount()).isEqualTo(1);
        assertThat(result.outcome().left()).singleElement().asString().contains("inside", "names outside the tree");
    }

    @Test
    void aMountInTheTreeIsLeftAndNamed() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path mounted = Files.createDirectory(tree.resolve("mounted"));
        Path bound = Files.createFile(tree.resolve("bound"));
        Path elsewhere = Files.createFile(temp.resolve("elsewhere"));
        Mounts.tmpfs(mounted, "size=1m");
        Mounts.bind(elsewhere, bound, false);
        try {
            Files.createFile(mounted.resolve("file"));

            Ownership.Result result = change(tree, TO);

            assertThat(owner(mounted.resolve("file"))).isEqualTo("0:0");
            assertThat(owner(mounted)).isEqualTo("0:0");
            assertThat(owner(elsewhere)).isEqualTo("0:0");
            assertThat(owner(tree)).isEqualTo(GIVEN);
            assertThat(result.outcome().leftCount()).isEqualTo(2);
        } finally {
            Mounts.detach(bound);
            Mounts.detach(mounted);
        }
    }

    @Test
    void setIdBitsGoAndDoNotComeBack() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path program = Files.createFile(tree.resolve("program"));
        TestTree.run("chmod", "6755", program.toString());

        Ownership.Result result = change(tree, TO);

        assertThat(result.outcome().setId()).isEqualTo(1);
        assertThat(mode(program)).isEqualTo(0755);

        ownership.undo(result.id().orElseThrow());

        assertThat(owner(program)).isEqualTo("0:0");
        assertThat(mode(program)).isEqualTo(0755);
    }

    private static int mode(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode") & 0xFFF;
    }

    @Test
    void undoLeavesWhatIsNewAndWhatSomebodyGaveAway() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path given = Files.createFile(tree.resolve("given"));
        Path gone = Files.createFile(tree.resolve("gone"));
        Ownership.Result result = change(tree, TO);
        own(given, 77, 78);
        Files.delete(gone);
        Path fresh = Files.createFile(tree.resolve("fresh"));
        own(fresh, 3_100_005, 3_100_006);

        Change.Outcome undone = ownership.undo(result.id().orElseThrow());

        assertThat(owner(given)).isEqualTo("77:78");
        assertThat(owner(fresh)).isEqualTo(GIVEN);
        assertThat(owner(tree)).isEqualTo("0:0");
        assertThat(undone.leftCount()).isEqualTo(1);
    }

    @Test
    void undoRefusesAnotherTreeUnderTheSamePath() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        String id = change(tree, TO).id().orElseThrow();
        Files.move(tree, temp.resolve("moved"));
        Files.createDirectory(tree);

        assertThatThrownBy(() -> ownership.undo(id))
                .isInstanceOfSatisfying(
                        OwnershipException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.ANOTHER_TREE));
        Files.delete(tree);
        Files.createSymbolicLink(tree, temp.resolve("moved"));
        assertThatThrownBy(() -> ownership.undo(id))
                .isInstanceOfSatisfying(
                        OwnershipException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND));
        assertThat(owner(temp.resolve("moved"))).isEqualTo(GIVEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/etc", "/etc/ssl", "/usr", "/usr/share", "/var/lib/bulkhead", "/root", "/home", "/var"})
    void treesOfTheHostAreRefused(String path) {
        assumeTrue(Files.isDirectory(Path.of(path)), path + " is not there");
        String before = owner(Path.of(path));

        assertThatThrownBy(() -> change(Path.of(path), TO))
                .isInstanceOfSatisfying(
                        OwnershipException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.PROTECTED))
                .hasMessageContaining("protected trees");
        assertThat(owner(Path.of(path))).isEqualTo(before);
    }

    @Test
    void theEnginesStateAndWhatHoldsItAreRefused() throws IOException {
        Path volume = Files.createDirectories(temp.resolve("state/volumes/other/_data"));

        for (Path path : List.of(volume, temp.resolve("state"), temp)) {
            assertThatThrownBy(() -> change(path, TO)).hasMessageContaining("of the engine");
        }
        assertThat(owner(volume)).isEqualTo("0:0");
    }

    @Test
    void aTreeOfTheHostUnderAnotherNameIsRefused() throws IOException {
        Path alias = Files.createDirectory(temp.resolve("alias"));
        Mounts.bind(Path.of("/etc"), alias, false);
        try {
            assertThatThrownBy(() -> change(alias, TO)).hasMessageContaining("protected trees");
        } finally {
            Mounts.detach(alias);
        }
    }

    @Test
    void idsAreMovedFromOneRangeToAnother() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path user = Files.createFile(tree.resolve("user"));
        own(user, 3_000_100, 3_000_200);
        var map = new IdMap(List.of(new IdMap.Line(3_000_000, 3_200_000, 65_536)));

        Ownership.Result result = change(tree, new OwnerRule.Shift(map, map));

        assertThat(owner(user)).isEqualTo("3200100:3200200");
        assertThat(owner(tree)).isEqualTo("0:0");
        ownership.undo(result.id().orElseThrow());
        assertThat(owner(user)).isEqualTo("3000100:3000200");
    }

    @Test
    void aMoveIntoItsOwnRangeIsRefused() {
        var map = new IdMap(List.of(new IdMap.Line(100, 150, 100)));

        assertThatThrownBy(() -> new OwnerRule.Shift(map, map)).hasMessageContaining("are moved, and others to");
    }

    @Test
    void aDamagedEndOfTheLogIsTheEndOfTheLog() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path file = Files.createFile(tree.resolve("file"));
        String id = change(tree, TO).id().orElseThrow();
        Path log = temp.resolve("state/ownership").resolve(id).resolve(OwnerLog.NAME);
        try (var channel = java.nio.channels.FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), OwnerLog.RECORD);
        }

        ownership.undo(id);

        // One of the two is in the torn record and stays.
        assertThat(List.of(owner(tree), owner(file))).containsExactlyInAnyOrder("0:0", GIVEN);
    }

    /// A process that holds the tree exchanges directories and files for links and hard links all the time.
    @Test
    void nothingOutsideIsReachedWhileTheTreeIsExchanged() throws Exception {
        Path outside = Files.createDirectories(temp.resolve("outside/below"));
        for (int i = 0; i < 200; i++) {
            Files.createFile(outside.resolve("f" + i));
        }
        Path victim = Files.createFile(temp.resolve("victim"));
        Path tree = Files.createDirectory(temp.resolve("tree"));
        for (int d = 0; d < 40; d++) {
            Path directory = Files.createDirectory(tree.resolve("d" + d));
            for (int f = 0; f < 50; f++) {
                Files.createFile(directory.resolve("f" + f));
            }
        }
        var stop = new AtomicBoolean();
        var swaps = new java.util.concurrent.atomic.AtomicLong();
        Thread attacker = Thread.ofPlatform().start(() -> {
            for (int n = 0; !stop.get(); n++) {
                exchange(tree, outside, victim, n % 40);
                swaps.incrementAndGet();
            }
        });

        int n = 0;
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
        while (System.nanoTime() < until) {
            change(tree, new Everything(3_100_000 + n % 2, 3_100_000));
            n++;
        }
        stop.set(true);
        attacker.join();

        assertThat(n).isGreaterThan(10);
        assertThat(swaps.get()).isGreaterThan(100);
        assertThat(owners(temp.resolve("outside")).values()).containsOnly("0:0");
        assertThat(owner(victim)).isEqualTo("0:0");
    }

    private static void exchange(Path tree, Path outside, Path victim, int d) {
        Path directory = tree.resolve("d" + d);
        Path aside = tree.resolve("aside");
        Path file = directory.resolve("f7");
        try {
            Files.move(directory, aside);
            Files.createSymbolicLink(directory, outside);
            Files.delete(directory);
            Files.move(aside, directory);
            Files.delete(file);
            Files.createLink(file, victim);
            Files.delete(file);
            Files.createSymbolicLink(file, victim);
            Files.delete(file);
            Files.createFile(file);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    /// The change runs in a virtual machine of its own, which is killed at some point of it, again and again.
    @Test
    void aChangeThatIsKilledIsGoneOnWithAndCanBeUndone() throws Exception {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        for (int d = 0; d < 100; d++) {
            Path directory = Files.createDirectory(tree.resolve("d" + d));
            for (int f = 0; f < 200; f++) {
                own(Files.createFile(directory.resolve("f" + f)), 10 + f, 20 + d);
            }
        }
        Map<String, String> before = owners(tree);

        int cutOff = 0;
        for (int attempt = 0; attempt < 20 && cutOff < 2; attempt++) {
            Process child = child(tree);
            awaitRecords(child, 1_000 + attempt * 700);
            child.destroyForcibly().waitFor();
            long given = owners(tree).values().stream().filter(GIVEN::equals).count();
            if (given > 0 && given < before.size()) {
                cutOff++;
            }
            if (given == before.size()) {
                reopened().all().forEach(change -> reopened().undo(change.id()));
                assertThat(owners(tree)).isEqualTo(before);
            }
        }
        assertThat(cutOff).as("kills in the middle").isPositive();
        assertThat(reopened().all())
                .singleElement()
                .satisfies(change -> assertThat(change.state()).isEqualTo(Change.State.CHANGING));
        ownership = reopened();

        Ownership.Result result = change(tree, TO);

        assertThat(owners(tree).values()).containsOnly(GIVEN);
        assertThat(ownership.all())
                .singleElement()
                .satisfies(
                        change -> assertThat(change.id()).isEqualTo(result.id().orElseThrow()));
        ownership.undo(result.id().orElseThrow());
        assertThat(owners(tree)).isEqualTo(before);
    }

    private Process child(Path tree) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
                                .orElse(System.getProperty("java.class.path")),
                        OwnershipChild.class.getName(),
                        temp.resolve("state").toString(),
                        tree.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /// Returns when so many owners are recorded, or the child has ended.
    private void awaitRecords(Process child, int records) throws IOException {
        while (child.isAlive()) {
            try (var found = Files.walk(temp.resolve("state/ownership"), 2)) {
                Optional<Path> log =
                        found.filter(file -> file.endsWith(OwnerLog.NAME)).findFirst();
                if (log.isPresent() && recorded(log.get(), records)) {
                    return;
                }
            } catch (java.io.UncheckedIOException _) {
                // Renamed meanwhile.
            }
        }
    }

    private static boolean recorded(Path log, int records) throws IOException {
        var word = java.nio.ByteBuffer.allocate(Long.BYTES);
        try (var channel = java.nio.channels.FileChannel.open(log)) {
            return channel.read(word, (long) records * OwnerLog.RECORD) == Long.BYTES
                    && word.flip().getLong() != 0;
        }
    }
}
