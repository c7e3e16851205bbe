package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XattrsTest {

    @TempDir
    Path root;

    private Directory directory;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Host.root(), "needs root, for trusted.* attributes");
        directory = Directory.open(root);
        Files.createFile(root.resolve("file"));
    }

    @AfterEach
    void close() {
        if (directory != null) {
            directory.close();
        }
    }

    @Test
    void anyBytesAreKeptAlsoNone() {
        byte[] bytes = {0, -1, 10, 0};

        directory.setXattr("file", "trusted.bytes", bytes);
        directory.setXattr("file", "trusted.none", new byte[0]);

        assertThat(directory.getXattr("file", "trusted.bytes")).isEqualTo(bytes);
        assertThat(directory.getXattr("file", "trusted.none")).isEmpty();
        assertThat(directory.xattrNames("file")).contains("trusted.bytes", "trusted.none");
    }

    @Test
    void aFileWithoutAttributesHasNone() {
        assertThat(directory.xattrNames("file")).noneMatch(name -> name.startsWith("trusted."));
        refused(() -> directory.getXattr("file", "trusted.absent"), Errno.ENODATA);
    }

    @Test
    void theDirectoryItselfIsADot() {
        directory.setXattr(".", "trusted.overlay.opaque", new byte[] {'y'});

        assertThat(directory.getXattr(".", "trusted.overlay.opaque")).isEqualTo(new byte[] {'y'});
    }

    @Test
    void aLinksAttributesAreNotThoseOfItsTarget() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), Path.of("file"));

        directory.setXattr("link", "trusted.of-the-link", new byte[] {1});

        assertThat(directory.xattrNames("link")).contains("trusted.of-the-link");
        assertThat(directory.xattrNames("file")).doesNotContain("trusted.of-the-link");
    }

    @Test
    void aValueLargerThanTheKernelTakesIsRefused() {
        byte[] tooLarge = new byte[65_537];
        Arrays.fill(tooLarge, (byte) 1);

        assertThatThrownBy(() -> directory.setXattr("file", "trusted.large", tooLarge))
                .isInstanceOf(KernelException.class);
        assertThat(directory.xattrNames("file")).doesNotContain("trusted.large");
    }

    @Test
    void namesOutsideAreRefused() {
        refused(() -> directory.setXattr("../file", "trusted.x", new byte[1]), Errno.EINVAL);
        refused(() -> directory.getXattr("a/b", "trusted.x"), Errno.EINVAL);
        refused(() -> directory.setXattr("file", "trusted.a\0b", new byte[1]), Errno.EINVAL);
        refused(() -> directory.setXattr("absent", "trusted.x", new byte[1]), Errno.ENOENT);
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int errno) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KernelException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(errno));
    }
}
