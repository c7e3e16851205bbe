package io.bulkhead.image;

import static io.bulkhead.image.StoreFixture.imported;
import static io.bulkhead.image.StoreFixture.loaded;
import static io.bulkhead.image.StoreFixture.saved;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.layer.FileOwners;
import io.bulkhead.layer.TarBuilder;
import io.bulkhead.name.ImageName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {

    @TempDir
    Path temp;

    private Path root;
    private ImageStore store;

    @BeforeEach
    void open() {
        StoreFixture.requireRoot();
        root = temp.resolve("images");
        store = StoreFixture.open(root);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private void refused(Reason reason, String message, Runnable call) {
        var failure = catchThrowableOfType(ImageException.class, call::run);
        assertThat(failure).isNotNull().hasMessageContaining(message);
        assertThat(failure.reason()).isEqualTo(reason);
    }

    @Test
    void anImportedTarIsAnImageWithItsChanges() {
        Image image = store.importTar(
                new ByteArrayInputStream(StoreFixture.tar("hello")),
                Optional.of(ImageName.parse("demo")),
                List.of(
                        "CMD echo hi",
                        "entrypoint [\"/bin/sh\", \"-e\"]",
                        "ENV A=1 B=\"two words\"",
                        "ENV C the rest",
                        "WORKDIR /srv",
                        "WORKDIR sub",
                        "USER 1000:1000",
                        "EXPOSE 80 53/udp 8000-8001",
                        "VOLUME /data /more",
                        "LABEL key=\"a value\"",
                        "STOPSIGNAL SIGINT",
                        "HEALTHCHECK --interval=1m30s --retries=3 CMD curl -f localhost"),
                "from a test");

        ImageConfig config = image.config();
        assertThat(config.cmd()).containsExactly("/bin/sh", "-c", "echo hi");
        assertThat(config.entrypoint()).containsExactly("/bin/sh", "-e");
        assertThat(config.env()).containsExactly("A=1", "B=two words", "C=the rest");
        assertThat(config.workdir()).isEqualTo("/srv/sub");
        assertThat(config.user()).isEqualTo("1000:1000");
        assertThat(config.exposedPorts()).containsExactlyInAnyOrder("80/tcp", "53/udp", "8000/tcp", "8001/tcp");
        assertThat(config.volumes()).containsExactlyInAnyOrder("/data", "/more");
        assertThat(config.labels()).containsEntry("key", "a value");
        assertThat(config.stopSignal()).isEqualTo("SIGINT");
        assertThat(config.health()).hasValueSatisfying(health -> {
            assertThat(health.test()).containsExactly("CMD-SHELL", "curl -f localhost");
            assertThat(health.interval()).isEqualTo(Duration.ofSeconds(90));
            assertThat(health.retries()).isEqualTo(3);
        });
        assertThat(config.history())
                .singleElement()
                .satisfies(each -> assertThat(each.comment()).isEqualTo("from a test"));
        assertThat(image.created()).isEqualTo(StoreFixture.CLOCK.instant());
        assertThat(image.size()).isEqualTo(5);
        assertThat(image.tags()).extracting(ImageName::familiar).containsExactly("demo:latest");
        assertThat(store.layerDirectories(image)).singleElement().satisfies(layer -> {
            assertThat(layer).startsWith(root);
            assertThat(layer.resolve("etc/motd")).hasContent("hello");
        });
    }

    @Test
    void wrongChangesAreRefusedBeforeAnythingIsStored() {
        for (String change : List.of(
                "RUN x",
                "CMD",
                "CMD [1]",
                "ENV",
                "ENV =x",
                "EXPOSE 0",
                "EXPOSE 70000",
                "EXPOSE 9-8",
                "STOPSIGNAL a/b",
                "HEALTHCHECK CMD",
                "HEALTHCHECK --interval=x CMD y",
                "LABEL \"open",
                "USER a b")) {
            refused(
                    Reason.INVALID,
                    "",
                    () -> store.importTar(
                            new ByteArrayInputStream(StoreFixture.tar("x")), Optional.empty(), List.of(change), ""));
        }
        StoreFixture.assertNothingLeft(root);
    }

    @Test
    void everyCompressionCanBeImported() throws Exception {
        Files.write(temp.resolve("t.tar"), StoreFixture.tar("same"));
        var layers = new HashSet<Object>();
        for (String program : List.of("cat", "gzip -c", "zstd -c", "xz -c", "bzip2 -c")) {
            Process process = new ProcessBuilder("sh", "-c", program + " < t.tar")
                    .directory(temp.toFile())
                    .start();

            Image image = store.importTar(process.getInputStream(), Optional.empty(), List.of(), "");

            layers.add(image.layers().getFirst().diffId());
            store.requireWhole(image);
        }
        assertThat(layers).hasSize(1);
    }

    @Test
    void whatIsSavedComesBackTheSame() {
        Image one = imported(store, "one", "demo:1", "demo:2", "registry.example.com:5000/a/b:c");
        Image two = imported(store, "two", "other");
        byte[] archive = saved(store, "demo:1", "demo:2", "registry.example.com:5000/a/b:c", "other");

        Path secondRoot = temp.resolve("second");
        try (ImageStore second = StoreFixture.open(secondRoot)) {
            List<Image> images = loaded(second, archive);

            assertThat(images).containsExactlyInAnyOrder(store.resolve(one.id().toString()), two);
            assertThat(saved(second, "demo:1", "demo:2", "registry.example.com:5000/a/b:c", "other"))
                    .isEqualTo(archive);
            images.forEach(second::requireWhole);
            assertThat(second.layerDirectories(images.getFirst()).getFirst().resolve("etc/motd"))
                    .exists();
        }
        assertThat(saved(store, "demo")).isEqualTo(saved(store, "demo:1", "demo:2"));
    }

    @Test
    void theOuterArchiveMayBeCompressed() throws Exception {
        imported(store, "one", "demo:1");
        Files.write(temp.resolve("a.tar"), saved(store, "demo:1"));
        for (String program : List.of("gzip", "zstd")) {
            Process process = new ProcessBuilder("sh", "-c", program + " -c < a.tar")
                    .directory(temp.toFile())
                    .start();

            assertThat(loaded(store, process.getInputStream().readAllBytes())).hasSize(1);
        }
    }

    /// skopeo reads both halves of our archive, and we read both kinds of its.
    @Test
    void skopeoAndWeReadEachOther() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "needs skopeo");
        Image image = imported(store, "one", "demo:1");
        Files.write(temp.resolve("ours.tar"), saved(store, "demo:1"));
        String[][] ways = {
            {"docker-archive:ours.tar:docker.io/library/demo:1", "docker-archive:a.tar:again/docker:2", "a.tar"},
            {"oci-archive:ours.tar:1", "oci-archive:b.tar:again/oci:2", "b.tar"},
            {"docker-archive:ours.tar:docker.io/library/demo:1", "oci-archive:c.tar:again/mixed:2", "c.tar"}
        };
        for (String[] way : ways) {
            run("skopeo", "--insecure-policy", "copy", "-q", way[0], way[1]);

            Image loaded =
                    loaded(store, Files.readAllBytes(temp.resolve(way[2]))).getFirst();

            assertThat(loaded.tags()).extracting(ImageName::familiar).anyMatch(name -> name.startsWith("again/"));
            assertThat(loaded.config().cmd()).isEqualTo(image.config().cmd());
            assertThat(loaded.layers().getFirst().diffId())
                    .isEqualTo(image.layers().getFirst().diffId());
        }
        assertThat(store.resolve("again/docker:2").id()).isEqualTo(image.id());
        assertThat(store.resolve("again/oci:2").id()).isEqualTo(image.id());
    }

    @Test
    void anImageIsFoundAsDockerFindsIt() {
        Image image = imported(store, "one", "demo", "a/b:c");
        String hex = image.id().hex();

        for (String reference : List.of(
                "demo",
                "demo:latest",
                "docker.io/library/demo",
                "a/b:c",
                hex,
                "sha256:" + hex,
                hex.substring(0, 12),
                "sha256:" + hex.substring(0, 7))) {
            assertThat(store.find(reference))
                    .as(reference)
                    .hasValueSatisfying(found -> assertThat(found.id()).isEqualTo(image.id()));
        }
        assertThat(store.find("demo:other")).isEmpty();
        assertThat(store.find("sha256:" + "0".repeat(64))).isEmpty();
        refused(Reason.NOT_FOUND, "No such image: nothing:latest", () -> store.resolve("nothing"));
        refused(Reason.INVALID, "invalid reference format", () -> store.resolve("UPPER"));
    }

    @Test
    void theBeginningOfSeveralIdsIsAmbiguous() {
        var seen = new HashSet<Character>();
        String shared = "";
        for (int i = 0; shared.isEmpty(); i++) {
            char first = imported(store, "image " + i).id().hex().charAt(0);
            shared = seen.add(first) ? "" : Character.toString(first);
        }
        String prefix = shared;

        refused(Reason.AMBIGUOUS, "beginning of 2 image ids", () -> store.find(prefix));
    }

    @Test
    void aNameGoesFirstAndTheImageWithItsLast() {
        Image image = imported(store, "one", "demo:1", "demo:2");

        assertThat(store.remove("demo:1", false, true, _ -> false))
                .containsExactly(new Images.Removal.Untagged("demo:1"));
        assertThat(store.remove("demo:2", false, true, _ -> false))
                .containsExactly(
                        new Images.Removal.Untagged("demo:2"),
                        new Images.Removal.Deleted(image.id()),
                        new Images.Removal.Deleted(image.layers().getFirst().diffId()));
        StoreFixture.assertNothingLeft(root);
    }

    @Test
    void conflictsAreToldInDockersWords() {
        Image image = imported(store, "one", "demo:1");
        String id = image.id().shortHex();

        refused(
                Reason.IN_USE,
                "conflict: unable to remove repository reference \"demo:1\" (must force) - a container is using its referenced image "
                        + id,
                () -> store.remove("demo:1", false, true, _ -> true));
        refused(
                Reason.IN_USE,
                "conflict: unable to delete " + id + " (must be forced)",
                () -> store.remove(id, false, true, _ -> true));
        refused(
                Reason.IN_USE,
                "conflict: unable to delete " + id + " (cannot be forced)",
                () -> store.remove(id, true, true, _ -> true));
        store.tag(image, ImageName.parse("other:1"));
        refused(
                Reason.IN_USE,
                "(must be forced) - image is referenced in multiple repositories",
                () -> store.remove(id, false, true, _ -> false));

        assertThat(store.remove("demo:1", true, true, _ -> true))
                .containsExactly(new Images.Removal.Untagged("demo:1"));
        assertThat(store.remove(id, true, true, _ -> false)).hasSize(3);
    }

    @Test
    void aLayerTwoImagesShareStaysUntilTheLastGoes() {
        Image one = imported(store, "same", "one");
        Image two = store.importTar(
                new ByteArrayInputStream(StoreFixture.tar("same")), Optional.of(ImageName.parse("two")), List.of(), "");

        store.remove("one", false, true, _ -> false);

        assertThat(one.id()).isNotEqualTo(two.id());
        store.requireWhole(two);
        assertThat(store.layerDirectories(two).getFirst().resolve("motd")).exists();
    }

    @Test
    void pruningTakesWhatNobodyNamesOrUses() {
        Image named = imported(store, "named", "demo");
        Image dangling = imported(store, "dangling");
        Image used = imported(store, "used");

        Images.Pruned first = store.prune(false, _ -> true, used.id()::equals);

        assertThat(first.removals()).contains(new Images.Removal.Deleted(dangling.id()));
        assertThat(first.bytes()).isPositive();
        assertThat(store.all()).extracting(Image::id).containsExactlyInAnyOrder(named.id(), used.id());
        store.prune(true, image -> !image.id().equals(used.id()), _ -> false);
        assertThat(store.all()).extracting(Image::id).containsExactly(used.id());
    }

    @Test
    void aChangedBlobIsNoticed() throws IOException {
        Image image = imported(store, "one");
        store.requireWhole(image);
        Path blob =
                root.resolve("blobs/sha256/" + image.layers().getFirst().blob().hex());
        byte[] good = Files.readAllBytes(blob);
        byte[] bad = good.clone();
        bad[600] ^= 1;
        var modified = Files.getLastModifiedTime(blob);

        Files.write(blob, bad);
        Files.setLastModifiedTime(blob, modified);

        refused(Reason.DIGEST_MISMATCH, "not what its digest says", () -> store.requireWhole(image));
        refused(
                Reason.DIGEST_MISMATCH,
                "not what its digest says",
                () -> saved(store, image.id().toString()));
        Files.write(blob, good);
        assertThatCode(() -> store.requireWhole(image)).doesNotThrowAnyException();
        Files.delete(blob);
        refused(Reason.STORAGE, "is missing from the store", () -> store.requireWhole(image));
    }

    @Test
    void aLostLayerDirectoryIsUnpackedAgain() throws Exception {
        Image image = imported(store, "one");
        Path layer = store.layerDirectories(image).getFirst();
        run("rm", "-rf", layer.resolve("..").normalize().toString());

        assertThat(store.layerDirectories(image).getFirst().resolve("etc/motd")).hasContent("one");
    }

    private static byte[] owned() {
        return new TarBuilder()
                .file("a", "")
                .file("b", new byte[0], entry -> entry.setIds(7, 200_000))
                .file("c", new byte[0], entry -> entry.setIds(7, 200_000))
                .symlink("d", "a")
                .bytes();
    }

    @Test
    void whomFilesBelongToIsCountedWhenALayerIsUnpackedAndKept() {
        Image image = store.importTar(new ByteArrayInputStream(owned()), Optional.empty(), List.of(), "");

        assertThat(store.owners(image).entries())
                .containsExactly(new FileOwners.Entry(0, 0, 2), new FileOwners.Entry(7, 200_000, 2));
        store.close();
        store = StoreFixture.open(root);
        assertThat(store.owners(store.resolve(image.id().toString())).highestId())
                .isEqualTo(200_000);
    }

    @Test
    void ofALayerOfAnEarlierVersionOwnersAreCountedOnce() throws Exception {
        Image image = store.importTar(new ByteArrayInputStream(owned()), Optional.empty(), List.of(), "");
        Path tree = store.layerDirectories(image).getFirst();
        Path layer = tree.resolve("..").normalize();
        store.close();
        String diffId = image.layers().getFirst().diffId().toString();
        byte[] old = ("{\"diffId\":\"" + diffId + "\",\"bytes\":0,\"opaqueRoot\":false}").getBytes(UTF_8);
        try (Directory directory = Directory.open(layer)) {
            RecordFile.write(directory, directory, "layer.json", old);
        }
        store = StoreFixture.open(root);

        var counted = store.owners(store.resolve(image.id().toString()));

        assertThat(counted.where(each -> each.gid() == 200_000).files()).isEqualTo(2);
        assertThat(layer.resolve("layer.json")).content().contains("200000");
        Files.setAttribute(tree.resolve("a"), "unix:uid", 9);
        store.close();
        store = StoreFixture.open(root);
        assertThat(store.owners(store.resolve(image.id().toString()))).isEqualTo(counted);
    }

    /// CVE-2021-41091: a host user must not reach an image's set-id programs.
    @Test
    void aHostUserReachesNothing() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
        Image image = imported(store, "one");
        Path layer = store.layerDirectories(image).getFirst();
        Files.setPosixFilePermissions(temp, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Path path :
                List.of(layer, layer.resolve("etc/motd"), root.resolve("blobs/sha256"), root.resolve("lock"))) {
            Process process = new ProcessBuilder(
                            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "stat", path.toString())
                    .redirectErrorStream(true)
                    .start();

            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Permission denied");
        }
    }

    @Test
    void manyWorkersAtOnceLoseNothing() throws Exception {
        byte[][] archives = new byte[4][];
        for (int i = 0; i < archives.length; i++) {
            imported(store, "image " + i % 2, "demo:" + i);
            archives[i] = saved(store, "demo:" + i);
        }
        store.prune(true, _ -> true, _ -> false);
        var work = new ArrayList<Callable<Object>>();
        for (int i = 0; i < 40; i++) {
            int which = i % archives.length;
            work.add(() -> loaded(store, archives[which]));
            work.add(() -> store.prune(true, _ -> true, _ -> false));
        }
        try (var workers = Executors.newFixedThreadPool(6)) {
            for (var each : workers.invokeAll(work)) {
                each.get();
            }
        }

        for (Image image : store.all()) {
            store.requireWhole(image);
            assertThat(store.layerDirectories(image).getFirst().resolve("motd")).exists();
        }
        store.prune(true, _ -> true, _ -> false);
        StoreFixture.assertNothingLeft(root);
    }

    @Test
    void anOpaqueLayerIsTheBottomOne() {
        byte[] lower = StoreFixture.tar("lower");
        byte[] upper =
                new TarBuilder().file(".wh..wh..opq", "").file("only", "x").bytes();
        byte[] config = StoreFixture.utf8(
                "{\"rootfs\":{\"diff_ids\":[\"" + Digests.sha256(lower) + "\",\"" + Digests.sha256(upper) + "\"]}}");
        byte[] archive = new TarBuilder()
                .file("c.json", config, _ -> {})
                .file("l/layer.tar", lower, _ -> {})
                .file("u/layer.tar", upper, _ -> {})
                .file(
                        "manifest.json",
                        "[{\"Config\":\"c.json\",\"RepoTags\":null,\"Layers\":[\"l/layer.tar\",\"u/layer.tar\"]}]")
                .bytes();

        Image image = loaded(store, archive).getFirst();

        assertThat(store.layerDirectories(image))
                .singleElement()
                .satisfies(layer -> assertThat(layer.resolve("only")).exists());
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + output)
                .isZero();
        return output;
    }
}
