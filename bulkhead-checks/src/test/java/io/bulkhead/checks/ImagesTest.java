package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Import, save, load, tag, history, remove, prune.
@WithDaemon
class ImagesTest {

    private final RunningDaemon daemon;

    ImagesTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @AfterEach
    void onlyTheOneImageStays() {
        daemon.removeContainers();
        for (String name :
                daemon.docker("images", "--format", "{{.Repository}}:{{.Tag}}").lines()) {
            if (!name.equals(IMAGE)) {
                daemon.docker("rmi", "-f", name);
            }
        }
    }

    private String id(String name) {
        return daemon.inspect(name, "{{.Id}}");
    }

    @Test
    void aTagIsAnotherNameOfTheSameImage() {
        daemon.said("tag", IMAGE, "other/name:2");

        assertThat(id("other/name:2")).isEqualTo(id(IMAGE));
        assertThat(daemon.said("rmi", "other/name:2")).isEqualTo("Untagged: other/name:2");
        assertThat(daemon.docker("inspect", "other/name:2").exitCode()).isEqualTo(1);
        assertThat(daemon.run(IMAGE, "true").exitCode()).isZero();
    }

    @Test
    void whatWasSavedCanBeLoaded() {
        Path file = daemon.home().resolve("saved.tar");
        daemon.said("tag", IMAGE, "travel:1");
        String before = id("travel:1");

        daemon.said("save", "-o", file.toString(), "travel:1");
        daemon.said("rmi", "travel:1");
        // The image has another name here; the archive has only this one.
        assertThat(daemon.said("load", "-i", file.toString())).isEqualTo("Loaded image: travel:1");

        assertThat(id("travel:1")).isEqualTo(before);
        assertThat(daemon.run("travel:1", "echo", "arrived").said()).isEqualTo("arrived");
    }

    @Test
    void anImageInUseIsNotRemoved() {
        daemon.said("create", "--name", "user", IMAGE, "true");

        Ran removed = daemon.docker("rmi", IMAGE);

        assertThat(removed.exitCode()).isEqualTo(1);
        assertThat(removed.err()).contains("conflict: unable to remove repository reference \"" + IMAGE + "\"");
        assertThat(id(IMAGE)).startsWith("sha256:");
    }

    @Test
    void theListHasWhatDockerShows() {
        assertThat(daemon.said("images", "--format", "{{.Repository}} {{.Tag}} {{.ID}}", IMAGE))
                .isEqualTo("small 1 " + id(IMAGE).substring(7, 19));
        assertThat(daemon.said("images", "-q", "nosuch")).isEmpty();
        assertThat(daemon.inspect(IMAGE, "{{.Os}} {{json .Config.Cmd}} {{len .RootFS.Layers}}"))
                .isEqualTo("linux [\"/bin/sh\"] 1");
    }

    @Test
    void theHistoryHasOneLineForALayer() {
        assertThat(daemon.said("history", "-q", IMAGE).lines()).hasSize(1);
    }

    @Test
    void pruneRemovesWhatHasNoNameAndNoUser() {
        Path file = daemon.home().resolve("small.tar");
        String id = daemon.said("import", "--message", "nameless", file.toString());

        assertThat(daemon.said("image", "prune", "-f")).contains("deleted: " + id);

        assertThat(daemon.docker("inspect", id).exitCode()).isEqualTo(1);
        assertThat(id(IMAGE)).startsWith("sha256:");
    }

    @Test
    void importedSettingsAreTheContainers() {
        Path file = daemon.home().resolve("small.tar");
        daemon.said(
                "import",
                "--change",
                "ENV WHO=world",
                "--change",
                "WORKDIR /tmp",
                "--change",
                "USER app",
                "--change",
                "ENTRYPOINT [\"/bin/sh\",\"-c\"]",
                "--change",
                "CMD [\"echo hello $WHO; pwd; id -un\"]",
                "--change",
                "LABEL a=b",
                file.toString(),
                "set:1");

        assertThat(daemon.run("set:1").lines()).containsExactly("hello world", "/tmp", "app");
        assertThat(daemon.inspect("set:1", "{{json .Config.Labels}}")).isEqualTo("{\"a\":\"b\"}");
    }

    @Test
    void namesThatAreNoneAreRefused() {
        assertThat(daemon.docker("tag", IMAGE, "UPPER:1").exitCode()).isNotZero();
        assertThat(daemon.docker("tag", "nosuch:1", "new:1").err()).contains("No such image: nosuch:1");
        assertThat(daemon.docker("rmi", "nosuch:1").err()).contains("No such image: nosuch:1");
        assertThat(daemon.docker("save", "-o", daemon.home().resolve("none.tar").toString(), "nosuch:1")
                        .err())
                .contains("nosuch:1");
    }
}
