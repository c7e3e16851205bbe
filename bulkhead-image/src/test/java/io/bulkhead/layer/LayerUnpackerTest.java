package io.bulkhead.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.FileType;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerUnpackerTest {

    @TempDir
    Path temp;

    private Path layer;
    private Directory root;

    @BeforeEach
    void pin() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: layers carry owners");
        layer = Files.createDirectory(temp.resolve("layer"));
        root = Directory.open(layer);
    }

    @AfterEach
    void close() {
        if (root != null) {
            root.close();
        }
    }

    private Unpacked unpack(TarBuilder tar) {
        return unpack(new ByteArrayInputStream(tar.bytes()));
    }

    private Unpacked unpack(InputStream archive) {
        return LayerUnpacker.unpack(archive, root, LayerLimits.DEFAULT);
    }

    @Test
    void ownersModesAndTimesSurvive() {
        Instant time = Instant.parse("2001-02-03T04:05:06.123456700Z");

        unpack(new TarBuilder()
                .add(TarBuilder.entry("bin/", TarConstants.LF_DIR), new byte[0], e -> {
                    e.setMode(01777);
                    e.setLastModifiedTime(FileTime.from(time));
                })
                .file("bin/su", new byte[] {1}, e -> {
                    e.setMode(06755);
                    e.setUserId(4_294_967_294L);
                    e.setGroupId(3_000_000_000L);
                    e.setLastModifiedTime(FileTime.from(time));
                }));

        try (Directory bin = root.beneath("bin", io.bulkhead.kernel.Links.REFUSE)) {
            var su = bin.stat("su");
            assertThat(su.mode()).isEqualTo(06755);
            assertThat(su.uid()).isEqualTo(4_294_967_294L);
            assertThat(su.gid()).isEqualTo(3_000_000_000L);
            assertThat(su.mtimeNs()).isEqualTo(FileTime.from(time).to(TimeUnit.NANOSECONDS));
        }
        assertThat(root.stat("bin").mode()).isEqualTo(01777);
        assertThat(root.stat("bin").mtimeNs()).isEqualTo(FileTime.from(time).to(TimeUnit.NANOSECONDS));
    }

    @Test
    void whiteoutsBecomeWhatOverlayfsReads() {
        Unpacked unpacked = unpack(new TarBuilder()
                .directory("etc")
                .file("etc/.wh.motd", "")
                .file("var/.wh..wh..opq", "")
                .file("var/new", "new")
                .file(".wh..wh.plnk", ""));

        try (Directory etc = root.beneath("etc", io.bulkhead.kernel.Links.REFUSE)) {
            var hidden = etc.stat("motd");
            assertThat(hidden.type()).isEqualTo(FileType.CHARACTER_DEVICE);
            assertThat(hidden.major()).isZero();
            assertThat(hidden.minor()).isZero();
        }
        assertThat(root.getXattr("var", "trusted.overlay.opaque")).asString().isEqualTo("y");
        assertThat(layer.resolve("var/new")).hasContent("new");
        assertThat(root.list()).containsExactlyInAnyOrder("etc", "var");
        assertThat(unpacked.opaqueRoot()).isFalse();
    }

    @Test
    void whatIsRemovedAndMadeAnewHidesTheOldOne() {
        Unpacked unpacked = unpack(new TarBuilder()
                .file(".wh.srv", "")
                .directory("srv")
                .file(".wh.opt", "")
                .file("opt", "x"));

        assertThat(root.getXattr("srv", "trusted.overlay.opaque")).asString().isEqualTo("y");
        assertThat(layer.resolve("opt")).hasContent("x");
        assertThat(unpack(new TarBuilder().file(".wh..wh..opq", "")).opaqueRoot())
                .isTrue();
        assertThat(unpacked.opaqueRoot()).isFalse();
    }

    @Test
    void aWhiteoutOfWhatTheSameLayerHasLeavesIt() {
        unpack(new TarBuilder()
                .directory("d")
                .file("d/kept", "x")
                .file(".wh.d", "")
                .file("f", "x")
                .file(".wh.f", ""));

        assertThat(layer.resolve("d/kept")).hasContent("x");
        assertThat(layer.resolve("f")).hasContent("x");
        assertThat(root.getXattr("d", "trusted.overlay.opaque")).asString().isEqualTo("y");
    }

    @Test
    void laterEntriesReplaceEarlierOnes() {
        unpack(new TarBuilder()
                .file("a", "first")
                .file("a", "second")
                .directory("d")
                .file("d/x", "x")
                .file("d", "a file now")
                .file("d2/x", "x")
                .directory("d2"));

        assertThat(layer.resolve("a")).hasContent("second");
        assertThat(layer.resolve("d")).hasContent("a file now");
        assertThat(layer.resolve("d2/x")).hasContent("x");
    }

    @Test
    void fifosAndHardLinksAreMade() {
        unpack(new TarBuilder().file("f", "x").hardLink("sub/g", "/f").node("pipe", TarConstants.LF_FIFO, 0, 0));

        assertThat(root.stat("f").links()).isEqualTo(2);
        assertThat(root.stat("pipe").type()).isEqualTo(FileType.FIFO);
        assertThat(layer.resolve("sub/g")).hasContent("x");
    }

    @Test
    void strangeNamesSurvive() {
        String strange = "sp ace\n\u001b[31m\u00fc\u4e16" + "x".repeat(200);

        unpack(new TarBuilder().file(strange, "x").symlink("l", "../" + "y".repeat(300)));

        assertThat(root.list()).contains(strange);
        assertThat(root.readLink("l")).isEqualTo("../" + "y".repeat(300));
    }

    /// GNU tar made these: what the distribution's own tool packs must come out the same.
    @Test
    void whatGnuTarPacksComesOutTheSame() throws Exception {
        Path source = Files.createDirectory(temp.resolve("source"));
        run(source, "sh", "-c", """
                mkdir -p deep/$(printf 'n%.0s' $(seq 1 150))/$(printf 'm%.0s' $(seq 1 150))
                echo long > deep/n*/m*/file
                truncate -s 5M sparse && printf data | dd of=sparse bs=1 seek=3000000 conv=notrunc status=none
                cp /bin/true capable && setcap cap_setuid,cap_net_raw+ep capable
                setfattr -n user.note -v $(printf 'h\\303\\251') capable 2>/dev/null || true
                ln capable hard; ln -s nowhere soft; mkfifo pipe; mkdir -m 1777 tmp; chown 4294967294:5 tmp
                chmod 4755 hard; touch -d '2001-02-03 04:05:06.123456789' sparse
                """);
        for (String format : List.of("gnu", "posix")) {
            Path tar = temp.resolve(format + ".tar");
            run(
                    source,
                    "tar",
                    "-cf",
                    tar.toString(),
                    "--sparse",
                    "--format=" + format,
                    "--xattrs",
                    "--xattrs-include=*",
                    "--numeric-owner",
                    ".");
            Path gnu = Files.createDirectory(temp.resolve(format + "-gnu"));
            run(gnu, "tar", "-xpf", tar.toString(), "--xattrs", "--xattrs-include=*", "--numeric-owner");

            Path ours = Files.createDirectory(temp.resolve(format + "-ours"));
            Unpacked unpacked;
            try (Directory target = Directory.open(ours)) {
                unpacked = LayerUnpacker.unpack(Files.newInputStream(tar), target, LayerLimits.DEFAULT);
            }

            assertThat(listing(ours)).isEqualTo(listing(gnu));
            assertThat(run(ours, "getcap", "capable")).isEqualTo(run(gnu, "getcap", "capable"));
            assertThat((long) Files.getAttribute(ours.resolve("sparse"), "unix:size"))
                    .isEqualTo(5L << 20);
            assertThat(Long.parseLong(run(ours, "stat", "-c", "%b", "sparse").strip()))
                    .isLessThan(100);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(tar));
            assertThat(unpacked.diffId().hex()).isEqualTo(HexFormat.of().formatHex(hash));
        }
    }

    @Test
    void everyCompressionIsToldByItsFirstBytes() throws Exception {
        Path tar = temp.resolve("t.tar");
        Files.write(tar, new TarBuilder().file("f", "content").bytes());
        String[][] programs = {{"gzip", "GZIP"}, {"zstd", "ZSTD"}, {"xz", "XZ"}, {"bzip2", "BZIP2"}, {"cat", "NONE"}};
        for (String[] each : programs) {
            Path compressed = temp.resolve(each[0]);
            run(temp, "sh", "-c", each[0] + (each[0].equals("cat") ? "" : " -c") + " < t.tar > " + each[0]);
            try (var stream = new BufferedInputStream(Files.newInputStream(compressed))) {
                assertThat(Compression.of(stream)).isEqualTo(Compression.valueOf(each[1]));
            }

            Unpacked unpacked = unpack(Files.newInputStream(compressed));

            assertThat(layer.resolve("f")).hasContent("content");
            assertThat(unpacked.bytes()).isEqualTo(7);
        }
    }

    private static String listing(Path directory) throws Exception {
        return run(
                directory,
                "sh",
                "-c",
                "find . -printf '%p|%y|%m|%U|%G|%T@|%n|%l|' \\( -type f -exec sha256sum {} \\; -o -printf '\\n' \\) | sort;"
                        + "getfattr -R -d -m - . 2>/dev/null || true");
    }

    private static String run(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + output)
                .isZero();
        return output;
    }
}
