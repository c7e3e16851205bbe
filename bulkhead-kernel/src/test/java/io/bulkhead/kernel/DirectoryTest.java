package io.bulkhead.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {

    @TempDir
    Path temp;

    private Path root;
    private Directory directory;

    @BeforeEach
    void pin() throws IOException {
        root = Files.createDirectory(temp.resolve("root"));
        directory = Directory.open(root);
        Files.writeString(temp.resolve("secret"), "secret of the host");
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private static void refused(int errno, Runnable call) {
        assertThat(catchThrowableOfType(KernelException.class, call::run))
                .extracting(KernelException::errno)
                .isEqualTo(errno);
    }

    @Test
    void aLinkInsideTheRootLeadsWhereTheContainerSeesIt() throws IOException {
        Files.createDirectories(root.resolve("usr/etc"));
        Files.writeString(root.resolve("usr/etc/passwd"), "root:x:0:0::/:");
        Files.createSymbolicLink(root.resolve("etc"), Path.of("/usr/etc"));

        assertThat(directory.readRegularFile("/etc/passwd", Links.IN_ROOT, 100))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString(UTF_8).startsWith("root:"));
        refused(Errno.ELOOP, () -> directory.readRegularFile("etc/passwd", Links.REFUSE, 100));
    }

    @Test
    void aLinkOutOfTheRootReadsNothingOfTheHost() throws IOException {
        Files.createSymbolicLink(root.resolve("absolute"), temp.resolve("secret"));
        Files.createSymbolicLink(root.resolve("upwards"), Path.of("../secret"));
        Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../../.."));

        assertThat(directory.readRegularFile("absolute", Links.IN_ROOT, 100)).isEmpty();
        assertThat(directory.readRegularFile("upwards", Links.IN_ROOT, 100)).isEmpty();
        assertThat(directory.readRegularFile("up" + temp.resolve("secret"), Links.IN_ROOT, 100))
                .isEmpty();
        refused(Errno.EXDEV, () -> directory.readRegularFile("../secret", Links.REFUSE, 100));
        refused(Errno.ELOOP, () -> directory.openForRead("upwards", Links.REFUSE));
    }

    @Test
    void aMagicLinkIsNeverFollowed() {
        // by number: "self" is an ordinary link and would be refused for that
        long own = ProcessHandle.current().pid();
        try (Directory proc = Directory.open(Path.of("/proc"))) {
            refused(Errno.ELOOP, () -> proc.beneath(own + "/root", Links.IN_ROOT));
            refused(Errno.ELOOP, () -> proc.beneath(own + "/cwd", Links.REFUSE));
            refused(Errno.ELOOP, () -> proc.openForRead(own + "/exe", Links.IN_ROOT));
        }
    }

    @Test
    void aFileTheKernelMakesUpIsNotReadAsIfItWereTheImages() {
        try (Directory proc = Directory.open(Path.of("/proc"))) {
            refused(Errno.EINVAL, () -> proc.readRegularFile("kmsg", Links.IN_ROOT, 100));
            refused(Errno.EINVAL, () -> proc.openForRead("1/environ", Links.IN_ROOT));
        }
    }

    /// CVE-2024-9676: the engine, as root, must not hang on an image's fifo.
    @Test
    @Timeout(5)
    void aFifoOrDeviceInThePlaceOfPasswdIsRefusedWithoutOpeningIt() {
        assumeTrue(Host.root(), "makes nodes, which needs root");
        directory.makeNode("passwd", FileType.FIFO, 0644, 0, 0);
        directory.makeNode("zero", FileType.CHARACTER_DEVICE, 0666, 1, 5);

        assertThatThrownBy(() -> directory.readRegularFile("passwd", Links.IN_ROOT, 100))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("passwd, a fifo and not a regular file");
        refused(Errno.EINVAL, () -> directory.openForRead("zero", Links.REFUSE));
        assertThat(directory.stat("zero")).satisfies(stat -> {
            assertThat(stat.type()).isEqualTo(FileType.CHARACTER_DEVICE);
            assertThat(stat.major()).isEqualTo(1);
            assertThat(stat.minor()).isEqualTo(5);
        });
    }

    @Test
    void aFileLargerThanAllowedIsRefusedAndOneByteLessIsRead() throws IOException {
        Files.write(root.resolve("file"), new byte[200_000]);

        refused(Errno.EFBIG, () -> directory.readRegularFile("file", Links.REFUSE, 199_999));
        assertThat(directory.readRegularFile("file", Links.REFUSE, 200_000))
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(200_000));
    }

    @Test
    void missingDirectoriesAreMadeInsideTheRootEvenThroughItsLinks() throws IOException {
        Files.createDirectories(root.resolve("run/real"));
        Files.createSymbolicLink(root.resolve("var"), Path.of("/run/real"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/nowhere"));

        try (Directory made = directory.makeDirectories("/var/lib//deep/.", Links.IN_ROOT, 0751)) {
            made.makeDirectory("last", 01777);
        }

        assertThat(root.resolve("run/real/lib/deep/last")).isDirectory();
        try (Directory deep = directory.beneath("var/lib", Links.IN_ROOT)) {
            assertThat(deep.stat("deep").mode()).isEqualTo(0751);
        }
        try (Directory deep = directory.beneath("var/lib/deep", Links.IN_ROOT)) {
            assertThat(deep.stat("last").mode()).isEqualTo(01777);
        }
        refused(Errno.ENOENT, () -> directory.makeDirectories("dangling/x", Links.IN_ROOT, 0755));
        refused(Errno.ELOOP, () -> directory.makeDirectories("var/lib/y", Links.REFUSE, 0755));
        assertThat(Path.of("/nowhere")).doesNotExist();
    }

    @Test
    void newFilesHaveExactlyTheirModeAndNeverReplaceAnything() throws IOException {
        directory.createFile("new", 04777).close();
        Files.createSymbolicLink(root.resolve("link"), temp.resolve("made"));

        assertThat(directory.stat("new").mode()).isEqualTo(04777);
        refused(Errno.EEXIST, () -> directory.createFile("new", 0600));
        refused(Errno.EEXIST, () -> directory.createFile("link", 0600));
        assertThat(temp.resolve("made")).doesNotExist();
    }

    @Test
    void whatIsNotOneNameIsRefusedWhereANameIsWanted() {
        for (String bad : new String[] {"", ".", "..", "a/b", "/a", "../secret"}) {
            refused(Errno.EINVAL, () -> directory.removeTree(bad));
            refused(Errno.EINVAL, () -> directory.makeDirectory(bad, 0755));
            refused(Errno.EINVAL, () -> directory.createFile(bad, 0644));
        }
        refused(Errno.EINVAL, () -> directory.createFile("a\0b", 0644));
    }

    @Test
    void ownersModesTimesAndAttributesOfALinkAreItsOwn() throws IOException {
        assumeTrue(Host.root(), "changes owners and trusted attributes, which needs root");
        Files.createSymbolicLink(root.resolve("link"), temp.resolve("secret"));
        long before = Files.getLastModifiedTime(temp.resolve("secret")).toMillis();

        directory.changeOwner("link", 100_000, 3_000_000_000L);
        directory.setTimes("link", -1, 1_500_000_000_123_456_789L);
        directory.setXattr("link", "trusted.bulkhead", new byte[] {1, 0, 2});
        refused(Errno.EOPNOTSUPP, () -> directory.changeMode("link", 0777));

        FileStat stat = directory.stat("link");
        assertThat(stat.uid()).isEqualTo(100_000);
        assertThat(stat.gid()).isEqualTo(3_000_000_000L);
        assertThat(stat.mtimeNs()).isEqualTo(1_500_000_000_123_456_789L);
        assertThat(directory.getXattr("link", "trusted.bulkhead")).containsExactly(1, 0, 2);
        assertThat(directory.xattrNames("link")).containsExactly("trusted.bulkhead");
        assertThat(Files.getAttribute(temp.resolve("secret"), "unix:uid")).isEqualTo(0);
        assertThat(Files.getLastModifiedTime(temp.resolve("secret")).toMillis()).isEqualTo(before);
        assertThatThrownBy(() -> directory.changeOwner("link", 0xFFFF_FFFFL, 0)).hasMessageContaining("is no id");
    }

    @Test
    void aDeviceNumberThatDoesNotFitIsRefusedAndNotCutToAnother() {
        assertThatThrownBy(() -> directory.makeNode("disk", FileType.BLOCK_DEVICE, 0600, 0x1008, 0))
                .hasMessageContaining("there is no device 4104:0");
        assertThatThrownBy(() -> directory.makeNode("disk", FileType.BLOCK_DEVICE, 0600, 8, 0x10_0000))
                .hasMessageContaining("there is no device 8:1048576");

        assertThat(directory.list()).isEmpty();
    }

    @Test
    void aHardLinkToALinkIsTheLinkItself() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), temp.resolve("secret"));
        Files.createDirectory(root.resolve("real"));
        Files.writeString(root.resolve("real/file"), "x");
        Files.createSymbolicLink(root.resolve("dir"), Path.of("real"));

        directory.hardLink("link", "second");
        directory.hardLink("real/file", "third");

        assertThat(directory.readLink("second"))
                .isEqualTo(temp.resolve("secret").toString());
        assertThat(directory.stat("third").links()).isEqualTo(2);
        refused(Errno.ELOOP, () -> directory.hardLink("dir/file", "fourth"));
        refused(Errno.EXDEV, () -> directory.hardLink("../secret", "fifth"));
    }

    @Test
    void namesThatAreNoUtf8SurviveListingAndOpening() {
        String name = FileNames.decode(new byte[] {'a', (byte) 0xFF, (byte) 0xC3, (byte) 0xA4, (byte) 0x80});

        directory.createFile(name, 0644).close();

        assertThat(directory.list()).containsExactly(name);
        assertThat(directory.stat(name).type()).isEqualTo(FileType.REGULAR);
        directory.removeFile(name);
        assertThat(directory.list()).isEmpty();
    }

    @Test
    void aTreeIsRemovedWithItsLinksAndNotWhatTheyPointTo() throws IOException {
        Files.createDirectories(root.resolve("tree/a/b"));
        Files.createSymbolicLink(root.resolve("tree/a/out"), temp);
        Files.createSymbolicLink(root.resolve("tree/a/b/secret"), temp.resolve("secret"));
        Files.createSymbolicLink(root.resolve("outside"), temp);

        directory.removeTree("tree");
        directory.removeTree("outside");
        directory.removeTree("never there");

        assertThat(directory.list()).isEmpty();
        assertThat(temp.resolve("secret")).hasContent("secret of the host");
    }

    @Test
    @Timeout(60)
    void aTreeDeeperThanPathsAndDescriptorsReachIsRemoved() {
        directory.makeDirectory("deep", 0755);
        Directory at = directory.beneath("deep", Links.REFUSE);
        for (int i = 0; i < 3000; i++) {
            at.makeDirectory("one-more-level", 0755);
            at.createFile("file", 0644).close();
            Directory next = at.beneath("one-more-level", Links.REFUSE);
            at.close();
            at = next;
        }
        at.close();

        directory.removeTree("deep");

        assertThat(directory.list()).isEmpty();
    }

    /// CVE-2018-15664: a container swaps a directory for a link while the engine works in it.
    @Test
    @Timeout(60)
    void aDirectorySwappedForALinkNeverLetsAReadOrRemovalOut() throws Exception {
        Files.createDirectory(temp.resolve("host"));
        Files.writeString(temp.resolve("host/file"), "of the host");
        Files.createDirectory(root.resolve("real"));
        Files.writeString(root.resolve("real/file"), "of the container");
        Path swapped = root.resolve("swapped");
        var seen = new HashSet<String>();
        var stop = new java.util.concurrent.atomic.AtomicBoolean();
        Thread attacker = Thread.ofPlatform().start(() -> swapUntil(stop, swapped));

        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (System.nanoTime() < end) {
            try {
                directory
                        .readRegularFile("swapped/file", Links.IN_ROOT, 100)
                        .ifPresent(bytes -> seen.add(new String(bytes, UTF_8)));
                directory.removeTree("swapped");
            } catch (KernelException raced) {
                seen.add("refused");
            }
        }
        stop.set(true);
        attacker.join();

        assertThat(seen).doesNotContain("of the host");
        assertThat(temp.resolve("host/file")).hasContent("of the host");
    }

    private void swapUntil(java.util.concurrent.atomic.AtomicBoolean stop, Path swapped) {
        while (!stop.get()) {
            try {
                Files.deleteIfExists(swapped);
                Files.createSymbolicLink(swapped, temp.resolve("host"));
                Files.deleteIfExists(swapped);
                Files.createDirectory(swapped);
            } catch (IOException lostTheRace) {
                Thread.onSpinWait();
            }
        }
    }
}
