package io.bulkhead.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.bundle.ImageUsers.Resolved;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.FileType;
import io.bulkhead.spec.UserSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageUsersTest {

    private static final Optional<IdMaps> MAP = Optional.of(IdMaps.of(new IdRange(3_000_000, 65_536)));

    @TempDir
    Path root;

    @BeforeEach
    void anImage() throws IOException {
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), """
                # a comment
                root:x:0:0:root:/root:/bin/sh
                alice:x:1000:1001:Alice:/home/alice:/bin/sh
                far:x:70000:70000::/:/bin/sh
                plus:x:+5:5::/:/bin/sh
                wide:x:4294967296:0::/:/bin/sh
                broken:x
                """);
        Files.writeString(root.resolve("etc/group"), """
                root:x:0:
                staff:x:1001:
                audio:x:29:alice,root
                video:x:44:alice
                nobody:x:-1:alice
                """);
    }

    private Resolved resolve(String user, String... groups) {
        try (Directory directory = Directory.open(root)) {
            return ImageUsers.read(directory).resolve(UserSpec.parse(user), List.of(groups), MAP);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''         | 0    | 0    | 0 29       | /root",
                "root       | 0    | 0    | 0 29       | /root",
                "alice      | 1000 | 1001 | 1001 29 44 | /home/alice",
                "1000       | 1000 | 1001 | 1001 29 44 | /home/alice",
                "1000:0     | 1000 | 0    | 0          | /home/alice",
                "alice:audio| 1000 | 29   | 29         | /home/alice",
                "7          | 7    | 0    | 0          | /",
                "7:8        | 7    | 8    | 8          | /",
                "65535:65535| 65535| 65535| 65535      | /"
            })
    void namesAndNumbersBecomeWhatDockerMakesOfThem(String user, long uid, long gid, String groups, String home) {
        Resolved resolved = resolve(user);

        assertThat(resolved.uid()).isEqualTo(uid);
        assertThat(resolved.gid()).isEqualTo(gid);
        assertThat(resolved.additionalGids()).extracting(String::valueOf).containsExactly(groups.split(" ", -1));
        assertThat(resolved.home()).isEqualTo(home);
    }

    @Test
    void groupsAreAddedByNameAndNumber() {
        assertThat(resolve("7:8", "audio", "99").additionalGids()).containsExactly(8L, 29L, 99L);
    }

    /// CVE-2024-40635: none of these may become 0.
    @ParameterizedTest
    @CsvSource({"nobody", "alice:nobody", "plus", "wide", "broken", "broken:0"})
    void whoIsNotInTheFilesIsRefused(String user) {
        assertThatThrownBy(() -> resolve(user))
                .isInstanceOfSatisfying(
                        BundleException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_USER));
    }

    @ParameterizedTest
    @CsvSource({"70000, uid 70000, 70001", "far, uid 70000, 70001", "0:65536, gid 65536, 65537"})
    void anIdTheContainerDoesNotHaveIsRefusedWithTheWayOut(String user, String id, String size) {
        assertThatThrownBy(() -> resolve(user))
                .hasMessage("user namespace: " + id + " is outside the container's 65536 ids; use --userns=auto:size="
                        + size + " or more, or a map that has it")
                .isInstanceOfSatisfying(
                        BundleException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNMAPPED_ID));
    }

    @Test
    void anImageWithoutTheFilesKnowsNumbersOnly() throws IOException {
        Files.delete(root.resolve("etc/passwd"));
        Files.delete(root.resolve("etc/group"));

        assertThat(resolve("12")).isEqualTo(new Resolved(12, 0, List.of(0L), "/", false));
        assertThatThrownBy(() -> resolve("alice")).hasMessageContaining("unable to find user alice");
    }

    /// CVE-2024-9676: reading a fifo never ends.
    @Test
    void aFifoInPlaceOfTheFileIsRefusedAtOnce() throws IOException {
        assumeTrue(Sandbox.root(), "makes a node, which needs root");
        Files.delete(root.resolve("etc/passwd"));
        try (Directory etc = Directory.open(root.resolve("etc"))) {
            etc.makeNode("passwd", FileType.FIFO, 0644, 0, 0);
        }

        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThatThrownBy(() -> resolve("alice"))
                        .isInstanceOfSatisfying(
                                BundleException.class,
                                refused -> assertThat(refused.reason()).isEqualTo(Reason.IMAGE_MALFORMED)));
    }

    /// CVE-2024-9341: a link ends inside the image, whatever it says.
    @Test
    void aLinkOutOfTheImageFindsNoFileOfTheHost() throws IOException {
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/../../../../../../etc/hostname"));

        assertThatThrownBy(() -> resolve("alice"))
                .isInstanceOfSatisfying(
                        BundleException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_USER));
    }

    @Test
    void aHugeFileIsRefused() throws IOException {
        Files.writeString(root.resolve("etc/passwd"), "x".repeat(5 << 20));

        assertThatThrownBy(() -> resolve("0")).hasMessageContaining("larger than");
    }
}
