package io.bulkhead.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Images made to lead the engine or the runtime astray.
@WithDaemon
class HostileImageTest {

    private static final String IMAGE = "hostile:1";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final RunningDaemon daemon;
    private Path canary;

    HostileImageTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @BeforeEach
    void aFileOfTheHosts() throws IOException {
        canary = Files.createDirectory(daemon.home().resolve("canary"));
        Files.writeString(canary.resolve("passwd"), "app:x:4242:4242::/:/bin/sh\n");
    }

    @AfterEach
    void nothingHappenedToIt() throws IOException {
        assertThat(Command.run("find", canary.toString(), "-printf", "%P %s %m %U\n")
                        .lines())
                .containsExactlyInAnyOrder(" " + Files.size(canary) + " 755 0", "passwd 27 644 0");
        Command.run("rm", "-r", canary.toString()).orFail();
        daemon.removeContainers();
        daemon.docker("rmi", "-f", IMAGE);
    }

    private void image(SmallRoot.Addition addition, String... changes) throws IOException {
        Path tar = Files.createTempFile(daemon.home(), "hostile-", ".tar");
        SmallRoot.write(tar, addition);
        var command = new ArrayList<>(List.of("import"));
        for (String change : changes) {
            command.addAll(List.of("--change", change));
        }
        command.addAll(List.of(tar.toString(), IMAGE));
        daemon.said(command.toArray(String[]::new));
    }

    /// CVE-2019-19921, CVE-2023-28642.
    @Test
    void aProcThatIsALinkIsNotFollowedOutOfTheImage() throws IOException {
        image(root -> root.link("proc", canary.toString()));

        Ran ran = daemon.dockerCommand("run", "--rm", IMAGE, "cat", "/proc/self/attr/current", "/proc/1/comm")
                .within(SOON)
                .run();

        assertThat(ran.out()).doesNotContain("4242");
        if (ran.exitCode() == 0) {
            assertThat(daemon.run(IMAGE, "stat", "-f", "-c", "%T", "/proc").said())
                    .isEqualTo("proc");
        }
    }

    /// CVE-2026-41579, CVE-2026-47766.
    @Test
    void aDevThatIsALinkMakesNothingOnTheHost() throws IOException {
        image(root -> root.link("dev", canary.toString()));

        Ran ran = daemon.run(IMAGE, "ls", "/dev");

        assertThat(ran.out()).doesNotContain("passwd");
    }

    @Test
    void anEtcThatIsALinkIsNotFollowedOutOfTheImage() throws IOException {
        image(root -> root.link("etc", canary.toString()));

        Ran ran = daemon.docker("run", "--rm", "--user", "app", IMAGE, "id", "-u");

        assertThat(ran.out()).doesNotContain("4242");
    }

    /// CVE-2024-9676.
    @Test
    void aPasswdThatIsAFifoOrALinkIsNoPasswd() throws IOException {
        image(root -> {
            root.directory("etc");
            root.fifo("etc/passwd");
        });
        assertThat(daemon.dockerCommand("run", "--rm", "--user", "app", IMAGE, "id")
                        .within(SOON)
                        .run()
                        .exitCode())
                .isEqualTo(125);

        daemon.docker("rmi", "-f", IMAGE);
        image(root -> {
            root.directory("etc");
            root.link("etc/passwd", canary.resolve("passwd").toString());
        });
        assertThat(daemon.run("--user", "app", IMAGE, "id").exitCode()).isEqualTo(125);
    }

    /// CVE-2022-23648.
    @Test
    void aVolumeOfTheImageDoesNotLeadOut() throws IOException {
        image(root -> root.directory("etc"), "VOLUME /../../../.." + canary);

        Ran ran = daemon.run(IMAGE, "cat", canary.resolve("passwd").toString());

        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isNotZero();
    }

    @Test
    void aMountTargetThatIsALinkStaysInside() throws IOException {
        image(root -> root.link("data", canary.toString()));

        daemon.run("-v", "/data", IMAGE, "sh", "-c", "echo x > /data/owned");
        daemon.run("--tmpfs", "/data/deep", IMAGE, "true");
        daemon.run("-w", "/data/made", IMAGE, "true");
    }

    @Test
    void aWorkingDirectoryOfTheImageThatLeadsOutIsRefused() throws IOException {
        image(root -> root.link("way", "/proc/self/fd/7"), "WORKDIR /way");

        Ran ran = daemon.run(IMAGE, "pwd");

        assertThat(ran.exitCode()).isNotZero();
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void aTarThatEndsInTheMiddleMakesNoImage() throws IOException {
        Path tar = Files.createTempFile(daemon.home(), "whole-", ".tar");
        SmallRoot.write(tar, root -> root.directory("etc"));
        Path cut = Files.createTempFile(daemon.home(), "cut-", ".tar");
        byte[] whole = Files.readAllBytes(tar);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));

        Ran imported = daemon.docker("import", cut.toString(), IMAGE);
        Ran loaded = daemon.docker("load", "-i", cut.toString());

        assertThat(imported.exitCode()).isEqualTo(1);
        assertThat(imported.err()).isNotBlank().doesNotContain("internal error");
        assertThat(loaded.exitCode()).isEqualTo(1);
        assertThat(daemon.said("images", "-q", IMAGE)).isEmpty();
    }
}
