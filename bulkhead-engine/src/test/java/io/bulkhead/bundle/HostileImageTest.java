package io.bulkhead.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.spec.StorageSpec.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Images that try to lead the engine, or the runtime after it, out of their root.
class HostileImageTest {

    @TempDir
    Path temp;

    private Sandbox sandbox;
    private Path canary;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(Sandbox.usable(), "needs root and /bin/busybox (busybox-static)");
        sandbox = new Sandbox(temp);
        canary = Files.createDirectory(temp.resolve("canary"));
    }

    @AfterEach
    void nothingIsLeftAndNothingWasTouched() throws Exception {
        if (sandbox != null) {
            sandbox.close();
            assertThat(canary).isEmptyDirectory();
        }
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(temp.toString());
    }

    private void link(String name, String target) throws Exception {
        Files.deleteIfExists(sandbox.layer.resolve(name));
        Files.createSymbolicLink(sandbox.layer.resolve(name), Path.of(target));
    }

    private void refused(Specs specs, Reason reason, String... message) {
        assertThatThrownBy(() -> Bundle.prepare(sandbox.request(specs.running("/bin/true"), "crun"))
                        .close())
                .hasMessageContainingAll(message)
                .isInstanceOfSatisfying(BundleException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.getSuppressed()).isEmpty();
                });
    }

    private Specs mounting(String target) {
        var specs = new Specs();
        sandbox.volumes.put("v", canary);
        specs.mounts = List.of(new Mount.Volume("v", target, false, false, false, "local", Map.of(), Map.of(), "", ""));
        return specs;
    }

    /// CVE-2023-28642, CVE-2019-19921, CVE-2026-41579, CVE-2026-47766
    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys", "dev"})
    void aLinkInPlaceOfASystemDirectoryIsRefusedByName(String name) throws Exception {
        link(name, canary.toString());

        refused(new Specs(), Reason.IMAGE_MALFORMED, "busybox:test", "/" + name, "symbolic link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys", "dev"})
    void aMissingSystemDirectoryIsMade(String name) throws Exception {
        Files.delete(sandbox.layer.resolve(name));

        Bundle.prepare(sandbox.request(new Specs().running("/bin/true"), "crun"))
                .close();

        assertThat(sandbox.layer.resolve(name)).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "/proc",
        "/proc/sys",
        "/sys",
        "/sys/fs/cgroup",
        "/dev",
        "/dev/null",
        "/dev/pts/0",
        "/x/../proc",
        "/../../proc/1"
    })
    void nothingIsMountedOverWhatTheKernelShows(String target) {
        refused(mounting(target), Reason.BAD_TARGET, "mounted");
    }

    @ParameterizedTest
    @CsvSource({"/proc", "proc/self", "../../sys", "/"})
    void aLinkLeadsNoMountThereEither(String text) throws Exception {
        link("way", text);

        refused(mounting("/way"), Reason.BAD_TARGET, "`/way`");
    }

    @Test
    void linksInACircleAreRefused() throws Exception {
        link("a", "/b");
        link("b", "/a");

        refused(mounting("/a/x"), Reason.BAD_TARGET, "too many symbolic links");
    }

    /// CVE-2022-23648
    @ParameterizedTest
    @ValueSource(strings = {"/../../../../../../../../../../../outside", "/tmp/../../../../outside"})
    void aTargetThatClimbsStaysInside(String target) {
        try (Bundle bundle = Bundle.prepare(sandbox.request(mounting(target).running("/bin/true"), "crun"))) {
            assertThat(bundle.mounts().getFirst().destination()).isEqualTo("/outside");
        }
        assertThat(Path.of("/outside")).doesNotExist();
    }

    @Test
    void aTargetThroughALinkIsMadeInsideTheRoot() throws Exception {
        link("way", canary.toString());

        try (Bundle bundle =
                Bundle.prepare(sandbox.request(mounting("/way/deep").running("/bin/true"), "crun"))) {
            assertThat(bundle.mounts().getFirst().destination()).isEqualTo(canary + "/deep");
        }
    }

    @Test
    void theEnginesOwnFilesFollowNoLinkOutside() throws Exception {
        link("etc/resolv.conf", "../../../.." + canary + "/resolv.conf");
        link("etc/hosts", canary + "/hosts");

        Bundle.prepare(sandbox.request(new Specs().running("/bin/true"), "crun"))
                .close();
    }

    /// CVE-2024-21626
    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/fd/7", "/proc/1/cwd", "/way"})
    void aWorkingDirectoryInProcIsRefused(String workdir) throws Exception {
        link("way", "/proc/self/fd/7");
        var specs = new Specs();
        specs.workdir = workdir;

        refused(specs, Reason.BAD_TARGET, "/proc");
    }

    @Test
    void aBindThatBecameALinkSinceItWasAllowedIsRefused() throws Exception {
        Path swapped = temp.resolve("swapped");
        Files.createSymbolicLink(swapped, Path.of("/etc"));
        var specs = new Specs();
        specs.mounts = List.of(new Mount.Bind(swapped + "/ssh", "/x", true, List.of(), false, ""));

        refused(specs, Reason.BAD_SOURCE, "symbolic link");
    }

    @Test
    void aBindOfNothingSaysWhatIsMissing() {
        var specs = new Specs();
        specs.mounts = List.of(new Mount.Bind(temp + "/nothing", "/x", true, List.of(), false, ""));

        refused(specs, Reason.BAD_SOURCE, "bind source path does not exist: " + temp + "/nothing");
    }

    @Test
    void mountsOfTheContainerMayNotReachTheHost() {
        var specs = new Specs();
        specs.mounts = List.of(new Mount.Bind(canary.toString(), "/x", true, List.of("rshared"), false, ""));

        refused(specs, Reason.UNSUPPORTED, "rslave");
    }

    @Test
    void aTmpfsOptionThatIsNotKnownIsRefused() {
        var specs = new Specs();
        specs.mounts = List.of(new Mount.Tmpfs("/x", List.of("size=1m,context=x"), true));

        refused(specs, Reason.UNSUPPORTED, "context=x");
    }
}
