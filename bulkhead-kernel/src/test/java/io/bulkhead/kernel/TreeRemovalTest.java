package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TreeRemovalTest {

    @TempDir
    Path root;

    @TempDir
    Path outside;

    private Directory directory;

    @BeforeEach
    void open() {
        directory = Directory.open(root);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void tenThousandFilesInOneDirectoryAreRemoved() throws IOException {
        Path many = Files.createDirectory(root.resolve("many"));
        for (int i = 0; i < 10_000; i++) {
            Files.createFile(many.resolve("a-name-that-takes-some-room-in-the-buffer-" + i));
        }

        directory.removeTree("many");

        assertThat(directory.list()).isEmpty();
    }

    @Test
    void manyDirectoriesThatAreTooDeepAreAllRemoved() {
        directory.makeDirectory("deep", 0755);
        String trunk = "deep" + "/d".repeat(98);
        directory.makeDirectories(trunk, Links.REFUSE, 0755).close();
        for (int i = 0; i < 20; i++) {
            directory
                    .makeDirectories(trunk + "/branch-" + i + "/x".repeat(30), Links.REFUSE, 0755)
                    .close();
        }

        directory.removeTree("deep");

        assertThat(directory.list()).isEmpty();
    }

    @Test
    void directoriesThatMayNotBeReadOrWrittenAreRemovedByRoot() throws IOException {
        assumeTrue(Host.root(), "needs root");
        Path locked = Files.createDirectories(root.resolve("tree/locked"));
        Files.writeString(locked.resolve("file"), "x");
        Files.setPosixFilePermissions(locked.resolve("file"), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(locked.getParent(), PosixFilePermissions.fromString("r-xr-xr-x"));

        directory.removeTree("tree");

        assertThat(directory.list()).isEmpty();
    }

    @Test
    void linksOutOfTheTreeAreRemovedAndTheirTargetsStay() throws IOException {
        Path kept = Files.writeString(outside.resolve("kept"), "of the host");
        Path tree = Files.createDirectory(root.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("file"), kept);
        Files.createSymbolicLink(tree.resolve("directory"), outside);
        Files.createSymbolicLink(tree.resolve("up"), Path.of("../../../../../.."));
        Files.createLink(tree.resolve("hard"), kept);

        directory.removeTree("tree");

        assertThat(directory.list()).isEmpty();
        assertThat(kept).hasContent("of the host");
    }

    @Test
    void aMountInTheTreeIsAnErrorAndKeepsItsFiles() throws Exception {
        assumeTrue(Host.root(), "needs root");
        Path kept = Files.writeString(outside.resolve("kept"), "of a volume");
        Path target = Files.createDirectories(root.resolve("tree/volume"));
        run("mount", "--bind", outside.toString(), target.toString());

        try {
            assertThatThrownBy(() -> directory.removeTree("tree"))
                    .isInstanceOfSatisfying(
                            KernelException.class,
                            refused -> assertThat(refused.errno()).isIn(Errno.EXDEV, Errno.EBUSY));
        } finally {
            run("umount", target.toString());
        }
        assertThat(kept).hasContent("of a volume");
    }

    @Test
    void aFileMountedInTheTreeIsAnErrorAndKeepsItsContent() throws Exception {
        assumeTrue(Host.root(), "needs root");
        Path kept = Files.writeString(outside.resolve("kept"), "of the host");
        Files.createDirectory(root.resolve("tree"));
        Path target = Files.createFile(root.resolve("tree/file"));
        run("mount", "--bind", kept.toString(), target.toString());

        try {
            assertThatThrownBy(() -> directory.removeTree("tree"))
                    .isInstanceOfSatisfying(
                            KernelException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EBUSY));
        } finally {
            run("umount", target.toString());
        }
        assertThat(kept).hasContent("of the host");
    }

    @Test
    void theTopItselfBeingAMountIsAnError() throws Exception {
        assumeTrue(Host.root(), "needs root");
        Path kept = Files.writeString(outside.resolve("kept"), "of a volume");
        Path target = Files.createDirectory(root.resolve("tree"));
        run("mount", "--bind", outside.toString(), target.toString());

        try {
            assertThatThrownBy(() -> directory.removeTree("tree")).isInstanceOf(KernelException.class);
        } finally {
            run("umount", target.toString());
        }
        assertThat(kept).hasContent("of a volume");
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
