package io.bulkhead.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.volume.VolumeException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalVolumesTest {

    @TempDir
    Path temporary;

    private Path root;
    private LocalVolumes volumes;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        root = temporary.resolve("volumes");
        volumes = LocalVolumes.open(root);
    }

    @AfterEach
    void close() {
        if (volumes != null) {
            volumes.close();
        }
    }

    private void reopen() {
        volumes.close();
        volumes = LocalVolumes.open(root);
    }

    private static Allowed allowed(Operation operation) {
        return (Allowed) new Authorizer().decide(new Caller.Engine("test"), operation, Target.none(), Set.of());
    }

    private Volume create(String name) {
        return volumes.create(allowed(Operation.VOLUME_CREATE), name, "local", Map.of(), Map.of("owner", "me"), false);
    }

    private void remove(String name, boolean force, String... users) {
        volumes.remove(allowed(Operation.VOLUME_REMOVE), name, force, List.of(users));
    }

    @Test
    void aVolumeIsAnEmptyDirectoryOfRootInAPlaceNobodyElseReaches() throws IOException {
        Volume volume = create("data");

        assertThat(volume.data()).isEqualTo(root.resolve("data/_data")).isEmptyDirectory();
        assertThat(mode(volume.data())).isEqualTo("rwxr-xr-x");
        assertThat(mode(root)).isEqualTo("rwx------");
        assertThat(Files.getAttribute(volume.data(), "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(volume.data(), "unix:gid")).isEqualTo(0);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void volumesSurviveARestart() throws IOException {
        Volume volume = create("data");
        Files.writeString(volume.data().resolve("file"), "content");

        reopen();

        assertThat(volumes.find("data")).contains(volume);
        assertThat(volume.data().resolve("file")).hasContent("content");
    }

    @Test
    void whoseIdsAVolumeCarriesIsRememberedAndAsked() {
        create("data");
        var ids = new CarriedIds(IdMap.of(new IdRange(3_000_000, 1_000)), IdMap.of(new IdRange(4_000_000, 1_000)));

        volumes.carry("data", List.of(ids));
        reopen();

        assertThat(volumes.find("data").orElseThrow().carried()).containsExactly(ids);
        assertThat(volumes.carries(new IdRange(3_000_999, 5))).isTrue();
        assertThat(volumes.carries(new IdRange(3_999_000, 1_001))).isTrue();
        assertThat(volumes.carries(new IdRange(3_001_000, 1_000))).isFalse();
        volumes.carry("data", List.of());
        assertThat(volumes.carries(new IdRange(3_000_999, 5))).isFalse();
        assertThatThrownBy(() -> volumes.carry("none", List.of()))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }

    @Test
    void aVolumeOfTheFirstFormatCarriesNobodysIds() throws IOException {
        create("data");
        Files.writeString(root.resolve("data/volume.json"), """
                {"format":1,"name":"data","created":"2026-01-01T00:00:00Z","labels":{"a":"b"},"options":{},
                "anonymous":false}""");

        reopen();

        Volume volume = volumes.find("data").orElseThrow();
        assertThat(volume.labels()).containsEntry("a", "b");
        assertThat(volume.carried()).isEmpty();
    }

    @Test
    void creatingOneThatExistsReturnsIt() {
        Volume first = create("data");

        Volume again =
                volumes.create(allowed(Operation.CONTAINER_CREATE), "data", "", Map.of(), Map.of("owner", "you"), true);

        assertThat(again).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", ".hidden", "../up", "a/b", "-x", "_x", "a b", "a\nb", "a\0b", "ä1", ".", ".."})
    void aNameThatCouldBeAPathIsRefused(String name) {
        assertThatThrownBy(() -> create(name))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aNameLongerThanAFileNameIsRefused() {
        assertThatThrownBy(() -> create("a".repeat(256))).hasMessageContaining("longer than 255");
        assertThat(create("a".repeat(255)).data()).isDirectory();
    }

    @Test
    void anotherDriverIsNotFound() {
        assertThatThrownBy(() ->
                        volumes.create(allowed(Operation.VOLUME_CREATE), "data", "nfs", Map.of(), Map.of(), false))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
                .hasMessageContaining("plugin \"nfs\" not found");
    }

    @Test
    void optionsThatMountSomethingAreRefusedWithWhatToUseInstead() {
        refused(Map.of("type", "none", "o", "bind", "device", "/etc"), "mounts /etc is not supported");
        refused(Map.of("device", "/etc"), "privilege host-path");
        refused(Map.of("type", "tmpfs", "device", "tmpfs"), "use --tmpfs");
        refused(Map.of("size", "1g"), "invalid option: \"size\"");
        assertThat(volumes.all()).isEmpty();
    }

    private void refused(Map<String, String> options, String message) {
        assertThatThrownBy(() ->
                        volumes.create(allowed(Operation.VOLUME_CREATE), "data", "local", options, Map.of(), false))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
                .hasMessageContaining(message);
    }

    @Test
    void removingTakesDataAway() throws IOException {
        Volume volume = create("data");
        Files.createDirectories(volume.data().resolve("a/b"));
        Files.createSymbolicLink(volume.data().resolve("etc"), Path.of("/etc"));

        remove("data", false);

        assertThat(volumes.find("data")).isEmpty();
        assertThat(root).isEmptyDirectory();
        assertThat(Path.of("/etc/passwd")).exists();
    }

    @Test
    void oneInUseStays() {
        create("data");

        assertThatThrownBy(() -> remove("data", true, "c1", "c2"))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.IN_USE))
                .hasMessage("remove data: volume is in use - [c1, c2]");
        assertThat(volumes.find("data")).isPresent();
    }

    @Test
    void removingOneThatIsNotThereIsAnErrorUnlessForced() {
        assertThatThrownBy(() -> remove("none", false)).hasMessage("get none: no such volume");
        remove("none", true);
    }

    @Test
    void aPermissionForSomethingElseIsNotTaken() {
        assertThatThrownBy(() -> volumes.create(allowed(Operation.IMAGE_LIST), "data", "", Map.of(), Map.of(), false))
                .isInstanceOf(IllegalStateException.class);
        create("data");
        assertThatThrownBy(() -> volumes.remove(allowed(Operation.CONTAINER_CREATE), "data", true, List.of()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> volumes.prune(allowed(Operation.VOLUME_REMOVE), _ -> true))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void pruningRemovesWhatMatchesAndSaysHowMuchThatWas() throws IOException {
        Files.write(create("one").data().resolve("f"), new byte[1000]);
        create("two");

        var pruned =
                volumes.prune(allowed(Operation.VOLUME_PRUNE), v -> v.name().equals("one"));

        assertThat(pruned).isEqualTo(new Volumes.Pruned(List.of("one"), 1000));
        assertThat(volumes.all()).extracting(Volume::name).containsExactly("two");
    }

    @Test
    void theSizeFollowsNoLinkAndCountsAFileOnce() throws IOException {
        Path data = create("data").data();
        Files.write(data.resolve("f"), new byte[1000]);
        Files.createLink(data.resolve("g"), data.resolve("f"));
        Files.createDirectories(data.resolve("x/y"));
        Files.write(data.resolve("x/y/h"), new byte[24]);
        Files.createSymbolicLink(data.resolve("x/usr"), Path.of("/usr"));
        Files.createSymbolicLink(data.resolve("x/loop"), Path.of("."));

        assertThat(volumes.size(volumes.find("data").orElseThrow())).isEqualTo(1024 + "/usr".length() + ".".length());
    }

    @Test
    void whatAnInterruptedCreationOrRemovalLeftIsSweptAtOpen() throws IOException {
        create("data");
        Files.createDirectories(root.resolve(".new-7/_data"));
        Files.writeString(root.resolve(".new-7/volume.json"), "{\"for");
        Files.createDirectories(root.resolve(".removed-3/_data/deep/er"));

        reopen();

        assertThat(volumes.all()).extracting(Volume::name).containsExactly("data");
        assertThat(names(root)).containsExactly("data");
    }

    private static List<String> names(Path directory) throws IOException {
        try (var list = Files.list(directory)) {
            return list.map(p -> String.valueOf(p.getFileName())).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{}", "null", "[]", "{\"format\":2}", "{\"format\":1,\"name\":\"other\"}", "\0\0\0"})
    void tornMetadataCostsTheLabelsAndNeverTheData(String torn) throws IOException {
        Volume volume = create("data");
        Files.writeString(volume.data().resolve("file"), "content");
        Files.writeString(root.resolve("data/volume.json"), torn);

        reopen();
        reopen();

        Volume repaired = volumes.find("data").orElseThrow();
        assertThat(repaired.labels()).isEmpty();
        assertThat(repaired.anonymous()).isFalse();
        assertThat(repaired.data().resolve("file")).hasContent("content");
        assertThat(root.resolve("data/volume.json.torn")).hasContent(torn);
    }

    @Test
    void missingMetadataIsMadeAgain() throws IOException {
        create("data");
        Files.delete(root.resolve("data/volume.json"));

        reopen();

        assertThat(volumes.find("data")).isPresent();
        assertThat(root.resolve("data/volume.json")).isRegularFile();
    }

    @Test
    void strangersInTheRootAreLeftAlone() throws IOException {
        Files.writeString(root.resolve("notes"), "mine");
        Files.createDirectories(root.resolve("no-data"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("/etc"));

        reopen();

        assertThat(volumes.all()).isEmpty();
        assertThat(names(root)).containsExactly("link", "no-data", "notes");
    }

    @Test
    void aDataDirectoryThatIsALinkIsNoVolume() throws IOException {
        create("data");
        Files.delete(root.resolve("data/_data"));
        Files.createSymbolicLink(root.resolve("data/_data"), Path.of("/etc"));

        reopen();

        assertThat(volumes.find("data")).isEmpty();
    }

    @Test
    void manyAtOnceEachHaveTheirOwn() throws Exception {
        var threads = IntStream.range(0, 40)
                .mapToObj(i -> Thread.ofVirtual().start(() -> create("v" + i % 20)))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(volumes.all()).hasSize(20);
        assertThat(names(root)).hasSize(20);
    }
}
