package io.bulkhead.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.layer.LayerException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Archives that try to leave their layer: the tricks of CVE-2025-47290, CVE-2021-32760, CVE-2021-41089 and their kind.
/// The layer lies in a tree of canaries, and that tree is compared before and after.
class HostileLayerTest {

    @TempDir
    Path temp;

    private Path outside;
    private Path layer;

    @BeforeEach
    void canaries() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: layers carry owners");
        outside = Files.createDirectory(temp.resolve("host"));
        Files.createDirectories(outside.resolve("etc"));
        Files.writeString(outside.resolve("etc/passwd"), "root:x:0:0");
        Files.writeString(outside.resolve("canary"), "alive");
        layer = Files.createDirectory(outside.resolve("layer"));
    }

    private Unpacked unpack(byte[] archive, LayerLimits limits) {
        try (Directory root = Directory.open(layer)) {
            return LayerUnpacker.unpack(new ByteArrayInputStream(archive), root, limits);
        }
    }

    private Unpacked unpack(TarBuilder tar) {
        return unpack(tar.bytes(), LayerLimits.DEFAULT);
    }

    private void refused(Reason reason, String message, TarBuilder tar) throws IOException {
        var before = tree(outside, layer);

        var failure = catchThrowableOfType(LayerException.class, () -> unpack(tar));

        assertThat(failure).isNotNull().hasMessageContaining(message);
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(tree(outside, layer)).isEqualTo(before);
    }

    @Test
    void aPathUpwardsIsRefused() throws IOException {
        refused(Reason.MALFORMED, "`..` would lead out", new TarBuilder().file("../canary", "dead"));
        refused(Reason.MALFORMED, "`..` would lead out", new TarBuilder().file("a/../../canary", "dead"));
        refused(Reason.MALFORMED, "`..` would lead out", new TarBuilder().directory("a/.."));
        refused(Reason.MALFORMED, "`..` would lead out", new TarBuilder().symlink("..", "x"));
    }

    @Test
    void anAbsolutePathIsMeantInsideTheLayer() throws IOException {
        var before = tree(outside, layer);

        unpack(new TarBuilder().file(outside.resolve("canary").toString(), "dead"));

        assertThat(tree(outside, layer)).isEqualTo(before);
        assertThat(layer.resolve(outside.resolve("canary").toString().substring(1)))
                .hasContent("dead");
    }

    /// CVE-2021-30465, CVE-2018-15664: a link first, then something through it.
    @Test
    void aLinkIsNeverGoneThrough() throws IOException {
        for (String target : new String[] {outside.toString(), "..", "../..", "/", ".", "real"}) {
            refused(
                    Reason.MALFORMED,
                    "link",
                    new TarBuilder().directory("real").symlink("way", target).file("way/canary", "dead"));
            refused(
                    Reason.MALFORMED,
                    "link",
                    new TarBuilder().directory("real").symlink("way", target).directory("way/etc/new"));
            refused(
                    Reason.MALFORMED,
                    "link",
                    new TarBuilder().directory("real").symlink("way", target).file("way/.wh.canary", ""));
            emptyLayer();
        }
    }

    @Test
    void aDirectoryEntryReplacesALinkAndDoesNotFollowIt() throws IOException {
        var before = tree(outside, layer);

        unpack(new TarBuilder()
                .symlink("etc", outside.resolve("etc").toString())
                .directory("etc")
                .file("etc/passwd", "evil"));

        assertThat(tree(outside, layer)).isEqualTo(before);
        assertThat(layer.resolve("etc")).isDirectory();
        assertThat(Files.isSymbolicLink(layer.resolve("etc"))).isFalse();
    }

    @Test
    void aFileEntryReplacesALinkAndDoesNotWriteThroughIt() throws IOException {
        var before = tree(outside, layer);

        unpack(new TarBuilder()
                .symlink("passwd", outside.resolve("etc/passwd").toString())
                .file("passwd", "evil"));

        assertThat(tree(outside, layer)).isEqualTo(before);
        assertThat(layer.resolve("passwd")).hasContent("evil");
    }

    /// CVE-2021-32760: mode and owner of a link went to what it points at.
    @Test
    void aLinksModeAndOwnerStayItsOwn() throws IOException {
        var before = tree(outside, layer);

        unpack(new TarBuilder().add(TarBuilder.entry("way", TarConstants.LF_SYMLINK), new byte[0], e -> {
            e.setLinkName(outside.resolve("canary").toString());
            e.setMode(0777);
            e.setUserId(4711);
        }));

        assertThat(tree(outside, layer)).isEqualTo(before);
        assertThat(attribute("way", "uid")).isEqualTo(4711);
    }

    @Test
    void aHardLinkReachesNothingOutside() throws IOException {
        refused(Reason.MALFORMED, "`..` would lead out", new TarBuilder().hardLink("stolen", "../etc/passwd"));
        refused(
                Reason.MALFORMED,
                "no such file",
                new TarBuilder()
                        .hardLink("stolen", outside.resolve("etc/passwd").toString()));
        refused(
                Reason.MALFORMED,
                "link",
                new TarBuilder()
                        .symlink("way", outside.resolve("etc").toString())
                        .hardLink("stolen", "way/passwd"));
        refused(Reason.MALFORMED, "hard link to itself", new TarBuilder().hardLink("self", "./self"));
        refused(Reason.MALFORMED, "hard link to itself", new TarBuilder().hardLink("self", "/"));
    }

    @Test
    void aHardLinkToALinkIsTheLinkItself() throws IOException {
        var before = tree(outside, layer);

        unpack(new TarBuilder()
                .symlink("way", outside.resolve("canary").toString())
                .hardLink("second", "way")
                .file("second", "evil"));

        assertThat(tree(outside, layer)).isEqualTo(before);
        assertThat(Files.isSymbolicLink(layer.resolve("way"))).isTrue();
    }

    @Test
    void devicesAreLeftOutAndCounted() {
        Unpacked unpacked = unpack(new TarBuilder()
                .directory("dev")
                .node("dev/sda", TarConstants.LF_BLK, 8, 0)
                .node("dev/mem", TarConstants.LF_CHR, 1, 1)
                .node("dev/hidden", TarConstants.LF_CHR, 0, 0));

        assertThat(unpacked.devices()).isEqualTo(3);
        assertThat(layer.resolve("dev")).isEmptyDirectory();
    }

    @Test
    void whiteoutsOfNoNameAreRefused() throws IOException {
        refused(Reason.MALFORMED, "whiteout of no name", new TarBuilder().file("a/.wh..", ""));
        refused(Reason.MALFORMED, "lead out", new TarBuilder().file("a/.wh...", ""));
        refused(Reason.MALFORMED, "", new TarBuilder().file("a/.wh.", ""));
    }

    @Test
    void attributesThatSpeakToTheKernelAreLeftOut() throws IOException {
        byte[] tar = new TarBuilder()
                .file("f", "x".getBytes(StandardCharsets.UTF_8), e -> {
                    e.addPaxHeader("SCHILY.xattr.trusted.overlay.redirect", "/etc");
                    e.addPaxHeader("SCHILY.xattr.trusted.overlay.opaque", "y");
                    e.addPaxHeader("SCHILY.xattr.user.overlay.opaque", "y");
                    e.addPaxHeader("SCHILY.xattr.security.selinux", "system_u:object_r:bin_t:s0");
                    e.addPaxHeader("SCHILY.xattr.security.capability", "short");
                    e.addPaxHeader("SCHILY.xattr.system.posix_acl_access", "x");
                })
                .bytes();

        assertThat(unpack(tar, LayerLimits.DEFAULT).xattrs()).isEqualTo(6);
        try (Directory root = Directory.open(layer)) {
            assertThat(root.xattrNames("f")).isEmpty();
        }
    }

    @Test
    void contentWhereNoneCanBeIsRefused() throws IOException {
        refused(
                Reason.MALFORMED,
                "content in an entry that can have none",
                new TarBuilder()
                        .add(TarBuilder.entry("way", TarConstants.LF_LINK), new byte[512], e -> e.setLinkName("x")));
    }

    @Test
    void ownersOutsideTheIdSpaceAreRefused() throws IOException {
        refused(
                Reason.MALFORMED,
                "owner 4294967295 is outside",
                new TarBuilder().file("f", new byte[0], e -> e.setUserId(0xFFFF_FFFFL)));
        refused(
                Reason.MALFORMED,
                "owner 4294967296 is outside",
                new TarBuilder().file("f", new byte[0], e -> e.setGroupId(0x1_0000_0000L)));
    }

    @Test
    void namesTooLongOrTooManyAreRefused() throws IOException {
        refused(Reason.MALFORMED, "longer than 255", new TarBuilder().file("n".repeat(256), ""));
        refused(Reason.MALFORMED, "longer than 4095", new TarBuilder().file("n/".repeat(2048) + "n", ""));
        refused(
                Reason.TOO_LARGE,
                "headers of one entry",
                new TarBuilder().file("f", new byte[0], e -> e.addPaxHeader("comment", "c".repeat(2 << 20))));

        var few = new LayerLimits(1 << 20, 3, 1 << 20, 1000, 100, 1 << 20);
        var tar = new TarBuilder().file("1", "").file("2", "").file("3", "").file("4", "");
        assertThat(catchThrowableOfType(LayerException.class, () -> unpack(tar.bytes(), few)))
                .hasMessageContaining("more than 3 entries");
        var wide = new TarBuilder();
        for (int i = 0; i < 3; i++) {
            wide.directory("d".repeat(250) + i + "/" + "e".repeat(200));
        }
        assertThat(catchThrowableOfType(
                        LayerException.class,
                        () -> unpack(wide.bytes(), new LayerLimits(1 << 20, 100, 1 << 20, 1000, 100, 1 << 20))))
                .hasMessageContaining("names of the layer's directories");
    }

    @Test
    @Timeout(20)
    void aBombEndsAsTooLarge() {
        byte[] bomb =
                new TarBuilder().file("zeros", new byte[32 << 20], _ -> {}).gzip();
        var byRatio = new LayerLimits(1L << 40, 100, 1 << 20, 1000, 250, 1 << 20);
        var bySize = new LayerLimits(1 << 20, 100, 1 << 20, 1000, 2000, 1 << 20);

        assertThat(catchThrowableOfType(LayerException.class, () -> unpack(bomb, byRatio)))
                .hasMessageContaining("decompression bomb")
                .extracting(LayerException::reason)
                .isEqualTo(Reason.TOO_LARGE);
        assertThat(catchThrowableOfType(LayerException.class, () -> unpack(bomb, bySize)))
                .extracting(LayerException::reason)
                .isEqualTo(Reason.TOO_LARGE);
    }

    /// A sparse file needs no compression to be enormous.
    @Test
    @Timeout(20)
    void aHoleIsCountedAsIfItWereWritten() throws Exception {
        try (var hole = new RandomAccessFile(temp.resolve("hole").toFile(), "rw")) {
            hole.setLength(4L << 30);
        }
        Process packing = new ProcessBuilder("tar", "-cSf", "hole.tar", "hole")
                .directory(temp.toFile())
                .inheritIO()
                .start();
        assertThat(packing.waitFor()).isZero();
        byte[] tar = Files.readAllBytes(temp.resolve("hole.tar"));
        var limits = new LayerLimits(1L << 30, 100, 1 << 20, 1000, 250, 1 << 20);

        assertThat(catchThrowableOfType(LayerException.class, () -> unpack(tar, limits)))
                .hasMessageContaining("`hole`: 4294967296 bytes")
                .extracting(LayerException::reason)
                .isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void aCutArchiveIsBroken() {
        byte[] tar = new TarBuilder().file("f", "content").file("g", "content").bytes();

        for (int length : new int[] {100, 511, 513, 700, 1030, 1537, 1600}) {
            assertThat(catchThrowableOfType(
                            LayerException.class, () -> unpack(Arrays.copyOf(tar, length), LayerLimits.DEFAULT)))
                    .as("cut after " + length)
                    .isNotNull()
                    .extracting(LayerException::reason)
                    .isEqualTo(Reason.MALFORMED);
        }
        byte[] compressed = TarBuilder.gzip(tar);
        assertThat(catchThrowableOfType(
                        LayerException.class,
                        () -> unpack(Arrays.copyOf(compressed, compressed.length / 2), LayerLimits.DEFAULT)))
                .isNotNull();
    }

    @Test
    void aFullDiskIsSaidToBeFull() throws IOException {
        Path small = Files.createDirectory(temp.resolve("small"));
        Mounts.tmpfs(small, "size=1m,mode=755");
        try (Directory root = Directory.open(small)) {
            byte[] tar =
                    new TarBuilder().file("big", new byte[2 << 20], _ -> {}).bytes();

            var failure = catchThrowableOfType(
                    LayerException.class,
                    () -> LayerUnpacker.unpack(new ByteArrayInputStream(tar), root, LayerLimits.DEFAULT));

            assertThat(failure).hasMessageContaining("no space left");
            assertThat(failure.reason()).isEqualTo(Reason.STORAGE_FULL);
        } finally {
            Mounts.detach(small);
        }
    }

    @Test
    @Timeout(120)
    void noMutationOfAHostileArchiveTouchesAnythingOutside() throws IOException {
        long seed = System.nanoTime();
        System.out.println("HostileLayerTest seed " + seed);
        var random = new Random(seed);
        var before = tree(outside, layer);
        var limits = new LayerLimits(4 << 20, 200, 1 << 16, 10_000, 100, 1 << 20);

        for (int i = 0; i < 1500; i++) {
            byte[] archive = mutate(randomArchive(random), random);
            assertThatCode(() -> unpackOrRefuse(archive, limits))
                    .as("seed " + seed)
                    .doesNotThrowAnyException();
            if (i % 50 == 0) {
                assertThat(tree(outside, layer)).as("seed " + seed).isEqualTo(before);
                emptyLayer();
            }
        }
        assertThat(tree(outside, layer)).as("seed " + seed).isEqualTo(before);
    }

    private void unpackOrRefuse(byte[] archive, LayerLimits limits) {
        try {
            unpack(archive, limits);
        } catch (LayerException refused) {
            assertThat(refused.reason()).isNotEqualTo(Reason.STORAGE);
        }
    }

    private TarBuilder randomArchive(Random random) {
        String[] names = {
            "a",
            "b",
            "a/b",
            "way",
            "way/canary",
            "way/etc/passwd",
            "a/.wh.b",
            ".wh.way",
            "b/.wh..wh..opq",
            "./a",
            "/b",
            "..",
            "../canary",
            "a/../way",
            outside + "/canary",
            "./.",
            "way/.wh.canary",
            "a//b"
        };
        String[] targets = {"..", "../..", outside.toString(), "/", ".", "a", "../canary", outside + "/etc", "way"};
        var tar = new TarBuilder();
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            String name = names[random.nextInt(names.length)];
            String target = targets[random.nextInt(targets.length)];
            switch (random.nextInt(6)) {
                case 0 -> tar.symlink(name, target);
                case 1 -> tar.hardLink(name, target);
                case 2 -> tar.directory(name);
                case 3 -> tar.node(name, TarConstants.LF_FIFO, 0, 0);
                case 4 -> tar.node(name, TarConstants.LF_CHR, 1, 5);
                default -> tar.file(name, "evil");
            }
        }
        return tar;
    }

    private static byte[] mutate(TarBuilder tar, Random random) {
        byte[] bytes = tar.bytes();
        int records = bytes.length / 512;
        for (int i = random.nextInt(4); i > 0; i--) {
            int record = random.nextInt(records) * 512;
            bytes[record + random.nextInt(512)] = (byte) random.nextInt(256);
            repairChecksum(bytes, record);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private static void repairChecksum(byte[] bytes, int record) {
        Arrays.fill(bytes, record + 148, record + 156, (byte) ' ');
        int sum = 0;
        for (int i = record; i < record + 512; i++) {
            sum += bytes[i] & 0xFF;
        }
        byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, bytes, record + 148, 8);
    }

    private Object attribute(String name, String attribute) throws IOException {
        return Files.getAttribute(layer.resolve(name), "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
    }

    private void emptyLayer() {
        try (Directory parent = Directory.open(outside)) {
            parent.removeTree("layer");
            parent.makeDirectory("layer", 0755);
        }
    }

    /// Everything about the tree that an attack could change, the layer itself left out.
    private static Map<String, String> tree(Path root, Path without) throws IOException {
        var tree = new TreeMap<String, String>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                return path.equals(without) ? FileVisitResult.SKIP_SUBTREE : visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                var all = Files.readAttributes(path, "unix:mode,uid,gid,nlink,size", LinkOption.NOFOLLOW_LINKS);
                String content = attributes.isRegularFile() ? Files.readString(path) : "";
                tree.put(root.relativize(path).toString(), (attributes.isDirectory() ? "" : all.toString()) + content);
                return FileVisitResult.CONTINUE;
            }
        });
        return tree;
    }
}
