package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubidFilesTest {

    @TempDir
    private Path temp;

    private Path users;
    private Path groups;

    @BeforeEach
    void write() throws IOException {
        users = Files.writeString(temp.resolve("subuid"), """
                # given by the administrator
                alice:100000:65536
                bob:200000:10
                alice:300000:1000
                """);
        groups = Files.writeString(temp.resolve("subgid"), "alice:400000:65536\n1000:500000:5\n");
    }

    @Test
    void aUserHasAllItsLinesOneAfterTheOther() {
        var maps = new SubidFiles(users, groups).of("alice");

        assertThat(maps).hasToString("0 100000 65536, 65536 300000 1000; groups 0 400000 65536");
    }

    @Test
    void whoWasGivenNothingIsToldWhere() {
        assertThatThrownBy(() -> new SubidFiles(users, groups).of("bob"))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(EngineException.Reason.INVALID))
                .hasMessageContaining("--userns=map:bob: " + groups + " has no line of bob")
                .hasMessageContaining("`bob:100000:65536`", "map:0:100000:65536");
        assertThatThrownBy(() -> new SubidFiles(temp.resolve("none"), groups).of("alice"))
                .hasMessageContaining("none has no line of alice");
    }

    @Test
    void aDamagedFileIsNamedAndNotGuessedAt() throws IOException {
        Files.writeString(users, "alice:100000\n");

        assertThatThrownBy(() -> new SubidFiles(users, groups).of("alice"))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(EngineException.Reason.STORAGE))
                .hasMessageContaining("line 1 is not `owner:first:count`");
    }
}
