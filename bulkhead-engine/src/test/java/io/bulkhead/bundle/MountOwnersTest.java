package io.bulkhead.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.ownership.OwnershipException;
import io.bulkhead.spec.MountOwners;
import io.bulkhead.spec.StorageSpec.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way of showing owners over every file system, looked at from the host and from inside a real container
/// whose ids begin at [Sandbox#FIRST_ID]. The tree has a file of the file system's 0, of its 1000 and of its 7.
@Timeout(120)
class MountOwnersTest {

    private static final long ROOT = Sandbox.FIRST_ID;
    private static final long USER = Sandbox.FIRST_ID + 1000;
    private static final String LOOK = "cd /m; stat -c '%n %u:%g' zero user seven; ";

    @TempDir
    Path temp;

    private Sandbox sandbox;

    /// The test's directory until something is mounted.
    private Path mount;

    private Path tree;

    @BeforeEach
    void begin() throws IOException {
        mount = temp;
        tree = temp;
        assumeTrue(Sandbox.usable() && Sandbox.has("crun"), "needs root, busybox and crun");
        sandbox = new Sandbox(Files.createDirectory(temp.resolve("sandbox")));
        Files.setPosixFilePermissions(temp, java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x"));
    }

    @AfterEach
    void end() throws IOException {
        if (!mount.equals(temp)) {
            Mounts.detach(mount);
        }
        if (sandbox != null) {
            sandbox.close();
        }
    }

    private void on(String kind) throws IOException {
        assumeTrue(
                List.of("tmpfs", "overlay").contains(kind)
                        || Stream.of("/sbin", "/usr/sbin")
                                .anyMatch(in -> Files.isExecutable(Path.of(in, "mkfs." + kind))),
                "mkfs." + kind + " is not installed");
        mount = Files.createDirectory(temp.resolve("mount"));
        switch (kind) {
            case "tmpfs" -> Mounts.tmpfs(mount, "size=16m,mode=755");
            case "overlay" -> {
                Path lower = Files.createDirectory(temp.resolve("lower"));
                Path upper = Files.createDirectory(temp.resolve("upper"));
                Path work = Files.createDirectory(temp.resolve("work"));
                Mounts.overlay(List.of(lower), upper, work, mount, "");
            }
            default -> {
                Path image = temp.resolve("image");
                run("truncate", "-s", "320M", image.toString());
                run("mkfs." + kind, "-q", image.toString());
                run("mount", "-o", "loop", image.toString(), mount.toString());
            }
        }
        tree = fill(mount.resolve("tree"));
    }

    private static Path fill(Path tree) throws IOException {
        Files.createDirectories(tree);
        run("chmod", "777", tree.toString());
        own(Files.createFile(tree.resolve("zero")), 0, 0);
        own(Files.createFile(tree.resolve("user")), 1000, 1001);
        own(Files.createFile(tree.resolve("seven")), 7, 7);
        return tree;
    }

    private static void own(Path file, int uid, int gid) throws IOException {
        Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }

    private static String owner(Path file) throws IOException {
        return Integer.toUnsignedLong((int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS)) + ":"
                + Integer.toUnsignedLong((int) Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS));
    }

    private static void run(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private Sandbox.Outcome inside(String option, String user, String script) throws Exception {
        var specs = new Specs();
        specs.user = user;
        specs.mounts = List.of(bind(option));
        return sandbox.run(specs.shell(script), "crun");
    }

    private Mount.Bind bind(String option) {
        var bind = new Mount.Bind(tree.toString(), "/m", false, List.of(), false, "");
        return option.isEmpty() ? bind : bind.with(MountOwners.parse(option));
    }

    static Stream<String> idmappable() {
        return Stream.of("ext4", "tmpfs", "xfs", "btrfs");
    }

    static Stream<String> all() {
        return Stream.concat(idmappable(), Stream.of("overlay"));
    }

    @ParameterizedTest
    @MethodSource("idmappable")
    void ownersKeepTheirMeaningWithoutAWrite(String kind) throws Exception {
        on(kind);

        for (String option : List.of("", "idmap")) {
            var outcome = inside(option, "", LOOK + "touch new" + option + "; chown 5:6 new" + option);

            assertThat(outcome.output().lines())
                    .as(outcome.errors())
                    .containsExactly("zero 0:0", "user 1000:1001", "seven 7:7");
            assertThat(owner(tree.resolve("new" + option))).isEqualTo("5:6");
            assertThat(owner(tree.resolve("user"))).isEqualTo("1000:1001");
        }
    }

    @ParameterizedTest
    @MethodSource("idmappable")
    void idsAreShownAsTheMapSays(String kind) throws Exception {
        on(kind);
        // Nobody writes in a directory whose own owner the map does not have.
        own(tree, 7, 7);

        var outcome =
                inside("idmap=uids=@7-0-1#@1000-50-10;gids=@7-0-1#@1001-60-1", "", LOOK + "touch new; touch zero || :");

        assertThat(outcome.output().lines())
                .as(outcome.errors())
                .containsExactly("zero 65534:65534", "user 50:60", "seven 0:0");
        assertThat(owner(tree.resolve("new"))).isEqualTo("7:7");
    }

    @ParameterizedTest
    @MethodSource("idmappable")
    void hostIdsAreShownAsTheMapSays(String kind) throws Exception {
        on(kind);

        var outcome = inside("idmap=uids=1000-" + ROOT + "-1", "", LOOK);

        // Groups are not named, so they are mapped as by default.
        assertThat(outcome.output().lines())
                .as(outcome.errors())
                .containsExactly("zero 65534:0", "user 0:1001", "seven 65534:7");
    }

    @ParameterizedTest
    @MethodSource("idmappable")
    void whatASquashedMountTakesBelongsToOne(String kind) throws Exception {
        on(kind);
        own(tree, 1000, 1001);

        var asRoot = inside(
                "idmap=squash:1000:1001",
                "",
                LOOK + "touch byroot; chown 5 byroot || echo refused; rm seven && echo gone");
        var asUser = inside("idmap=squash:1000:1001", "1000:1001", "cd /m; touch byuser; stat -c '%n %u:%g' byuser");

        assertThat(asRoot.output().lines())
                .as(asRoot.errors())
                .contains("zero 65534:65534", "user 0:0", "seven 65534:65534", "refused");
        assertThat(owner(tree.resolve("byroot"))).isEqualTo("1000:1001");
        assertThat(asUser.output().lines()).as(asUser.errors()).containsExactly("byuser 1000:1001");
        assertThat(owner(tree.resolve("byuser"))).isEqualTo("1000:1001");
    }

    @ParameterizedTest
    @MethodSource("all")
    void thePlainViewIsTheHosts(String kind) throws Exception {
        on(kind);

        var outcome = inside("noidmap", "", LOOK + "touch new");

        assertThat(outcome.output().lines())
                .as(outcome.errors())
                .containsExactly("zero 65534:65534", "user 65534:65534", "seven 65534:65534");
        assertThat(owner(tree.resolve("new"))).isEqualTo(ROOT + ":" + ROOT);
        assertThat(outcome.warnings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void changedOwnersAreTheUsersOnTheHostAndInside(String kind) throws Exception {
        on(kind);

        var outcome = inside("U", "1000:1001", LOOK + "echo x > zero && echo written");

        assertThat(outcome.output().lines())
                .as(outcome.errors())
                .containsExactly("zero 1000:1001", "user 1000:1001", "seven 1000:1001", "written");
        assertThat(owner(tree)).isEqualTo(USER + ":" + (ROOT + 1001));
        assertThat(owner(tree.resolve("seven"))).isEqualTo(USER + ":" + (ROOT + 1001));
    }

    @Test
    void whatCannotBeMappedIsSaidByDefaultAndRefusedWhenAskedFor() throws Exception {
        on("overlay");

        var outcome = inside("", "", LOOK);

        assertThat(outcome.output().lines())
                .containsExactly("zero 65534:65534", "user 65534:65534", "seven 65534:65534");
        assertThat(outcome.warnings()).singleElement().asString().contains("no idmapped mounts", "option `U`");
        for (String option : List.of("idmap", "idmap=squash:5", "idmap=uids=@0-0-1")) {
            assertThatThrownBy(() -> inside(option, "", LOOK))
                    .isInstanceOfSatisfying(
                            BundleException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED))
                    .hasMessageContaining("no idmapped mounts");
        }
    }

    @Test
    void aTreeOfTheHostIsPlainWithTheReasonAndMappedOnRequest() throws Exception {
        tree = Path.of("/etc");
        String script = "stat -c '%n %u:%g' /m/passwd";

        var plain = inside("", "", script);
        var mapped = inside("idmap", "", script);

        assertThat(plain.output().lines()).as(plain.errors()).containsExactly("/m/passwd 65534:65534");
        assertThat(plain.warnings())
                .singleElement()
                .asString()
                .contains("belongs to the host itself", "`idmap` maps it", "mapped-host-tree");
        assertThat(mapped.output().lines()).as(mapped.errors()).containsExactly("/m/passwd 0:0");
        assertThat(mapped.warnings()).isEmpty();
        assertThatThrownBy(() -> inside("U", "", script)).isInstanceOf(OwnershipException.class);
        assertThat(owner(Path.of("/etc/passwd"))).isEqualTo("0:0");
    }

    @ParameterizedTest
    @CsvSource({
        "idmap=uids=@0-65536-1, the container has no id 65536",
        "idmap=gids=@0-65530-10, the container has no id 65536",
        "idmap=uids=0-1000-10, host id 1000 is none of the container's",
    })
    void aMapToIdsTheContainerLacksIsRefusedWhenItIsMade(String option, String problem) throws Exception {
        tree = Files.createDirectory(temp.resolve("tree"));
        var specs = new Specs();
        specs.mounts = List.of(bind(option));

        assertThatThrownBy(() ->
                        MountMaps.require(specs.shell(""), Optional.of(IdMaps.same(Sandbox.MAP)), sandbox.ownership()))
                .isInstanceOfSatisfying(
                        BundleException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNMAPPED_ID))
                .hasMessageContaining(problem);
    }

    @Test
    void theEnginesOwnIsNeverMappedAndNeverChanged() throws Exception {
        tree = Files.createDirectories(sandbox.base.resolve("engine/volumes/other/_data"));
        var specs = new Specs();

        for (String option : List.of("idmap", "idmap=squash:5", "idmap=uids=@0-0-1")) {
            specs.mounts = List.of(bind(option));
            assertThatThrownBy(() -> MountMaps.require(
                            specs.shell(""), Optional.of(IdMaps.same(Sandbox.MAP)), sandbox.ownership()))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("engine's own state");
        }
        specs.mounts = List.of(bind("U"));
        assertThatThrownBy(() ->
                        MountMaps.require(specs.shell(""), Optional.of(IdMaps.same(Sandbox.MAP)), sandbox.ownership()))
                .isInstanceOf(OwnershipException.class);
        assertThat(inside("", "", "stat -c %u /m").output().strip()).isEqualTo("65534");
    }

    @Test
    void aVolumeIsGivenToTheUserWithoutLosingItsMap() throws Exception {
        tree = fill(sandbox.base.resolve("engine/volumes/v/_data"));
        sandbox.volumes.put("v", tree);
        var specs = new Specs();
        specs.user = "1000:1001";
        var volume = new Mount.Volume("v", "/m", false, false, true, "local", Map.of(), Map.of(), "", "");
        specs.mounts = List.of(volume.with(new MountOwners.Changed()));

        var outcome = sandbox.run(specs.shell(LOOK), "crun");

        assertThat(outcome.output().lines())
                .as(outcome.errors())
                .containsExactly("zero 1000:1001", "user 1000:1001", "seven 1000:1001");
        assertThat(owner(tree.resolve("zero"))).isEqualTo("1000:1001");
    }
}
