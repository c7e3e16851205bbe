package io.bulkhead.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.ownership.ProtectedPaths;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {

    @ParameterizedTest
    @CsvSource({"/a/../../../etc, /etc", "//a//b/, /a/b", "/, /", "/a/./b, /a/b", "/.., /", "/a/b/.., /a"})
    void aPathIsCleanedWithoutLeavingTheRoot(String path, String clean) {
        assertThat(Paths.clean(path)).isEqualTo(clean);
    }

    @Test
    void aNeighbourWithTheSameBeginningIsNotWithin() {
        assertThat(Paths.within("/database", "/data")).isFalse();
        assertThat(Paths.within("/data/base", "/data")).isTrue();
        assertThat(Paths.within("/data", "/")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/etc",
                "/etc/ssh",
                "/usr/lib",
                "/root",
                "/home",
                "/var",
                "/run",
                "/var/lib/bulkhead/volumes",
                "/proc",
                "/sys/fs",
                "/dev",
                "/state",
                "/state/storage/x"
            })
    void treesOfTheHostItselfAreProtected(String path) {
        assertThat(ProtectedPaths.protects(Path.of(path), Path.of("/state/storage")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/srv", "/home/alice", "/var/www", "/opt/data", "/etcetera", "/tmp/x"})
    void whatBelongsToSomebodyIsNot(String path) {
        assertThat(ProtectedPaths.protects(Path.of(path), Path.of("/state/storage")))
                .isFalse();
    }
}
