package io.bulkhead.image;

import static io.bulkhead.image.StoreFixture.descriptor;
import static io.bulkhead.image.StoreFixture.index;
import static io.bulkhead.image.StoreFixture.layout;
import static io.bulkhead.image.StoreFixture.loaded;
import static io.bulkhead.image.StoreFixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.StoreFixture.Parts;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.layer.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Archives that lie. Each is refused with what is wrong, and nothing of it stays.
class HostileArchiveTest {

    @TempDir
    Path temp;

    private Path root;
    private ImageStore store;
    private final Parts parts = Parts.of("content");

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

    private void refused(Reason reason, String message, byte[] archive) {
        var failure = catchThrowableOfType(ImageException.class, () -> loaded(store, archive));

        assertThat(failure).isNotNull().hasMessageContaining(message);
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        StoreFixture.assertNothingLeft(root);
    }

    @Test
    void theHonestArchiveIsTaken() {
        byte[] archive = layout(index("", parts.manifest), parts.manifest, parts.config, parts.layer)
                .bytes();

        assertThat(loaded(store, archive)).singleElement().extracting(Image::id).isEqualTo(parts.id());
    }

    /// CVE-2021-41190: one digest, two meanings.
    @Test
    void aManifestThatIsAnIndexAsWellIsRefused() {
        String both = new String(parts.manifest, java.nio.charset.StandardCharsets.UTF_8)
                .replaceAll("}$", ",\"manifests\":[" + descriptor(ManifestFile.OCI_MANIFEST, parts.manifest) + "]}");
        byte[] manifest = utf8(both);

        refused(
                Reason.MALFORMED,
                "index as well",
                layout(index("", manifest), manifest, parts.manifest, parts.config, parts.layer)
                        .bytes());
        refused(
                Reason.MALFORMED,
                "index as well",
                layout(manifest, parts.config, parts.layer).bytes());
    }

    @Test
    void aManifestCalledSomethingElseIsRefused() {
        byte[] index = utf8("{\"schemaVersion\":2,\"manifests\":["
                + descriptor(ManifestFile.DOCKER_MANIFEST, parts.manifest) + "]}");

        refused(
                Reason.MALFORMED,
                "and is called",
                layout(index, parts.manifest, parts.config, parts.layer).bytes());
    }

    @Test
    void aBlobThatIsNotWhatItIsCalledIsRefused() {
        byte[] other = parts.layer.clone();
        other[20] ^= 1;
        byte[] archive = layout(index("", parts.manifest), parts.manifest, parts.config)
                .file("blobs/sha256/" + Digests.sha256(parts.layer).hex(), other, _ -> {})
                .bytes();

        refused(Reason.DIGEST_MISMATCH, "the archive's blob", archive);
    }

    @Test
    void aLayerWithAnotherContentThanTheConfigurationSaysIsRefused() {
        var lying = new Parts(parts.layer, Digests.sha256(utf8("something else")), "amd64");

        refused(
                Reason.DIGEST_MISMATCH,
                "its content has the digest",
                layout(index("", lying.manifest), lying.manifest, lying.config, lying.layer)
                        .bytes());
    }

    /// CVE-2024-3727: a digest is no path.
    @Test
    void aDigestThatIsAPathIsRefused() {
        for (String digest : List.of("sha256:../../x", "../../../etc/passwd", "md5:0", "sha256:" + "A".repeat(64))) {
            byte[] index = utf8("{\"manifests\":[{\"mediaType\":\"" + ManifestFile.OCI_MANIFEST + "\",\"digest\":\""
                    + digest + "\",\"size\":1}]}");

            refused(Reason.MALFORMED, "digest", layout(index, parts.manifest).bytes());
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        refused(
                Reason.MALFORMED,
                "the archive lacks `blobs/sha256/" + Digests.sha256(parts.layer).hex(),
                layout(index("", parts.manifest), parts.manifest, parts.config).bytes());
        refused(
                Reason.MALFORMED,
                "holds no image",
                new TarBuilder().file("x", "x").bytes());
        refused(
                Reason.MALFORMED,
                "the archive lacks `../../etc/passwd`",
                new TarBuilder()
                        .file("manifest.json", "[{\"Config\":\"../../etc/passwd\",\"Layers\":[]}]")
                        .bytes());
        refused(Reason.MALFORMED, "holds no image", new byte[0]);
        refused(Reason.MALFORMED, "", utf8("not an archive at all"));
    }

    @Test
    void jsonThatTwoReadersReadDifferentlyIsRefused() {
        for (String index : List.of(
                "{\"manifests\":[],\"manifests\":[]}",
                "{\"manifests\":[]} trailing",
                "[".repeat(10_000),
                "{\"manifests\":{}}",
                "{\"manifests\":[{\"digest\":\"sha256:" + "0".repeat(64) + "\",\"size\":\"1\"}]}",
                "{\"manifests\":[{\"digest\":\"sha256:" + "0".repeat(64) + "\",\"size\":-1}]}",
                "{\"manifests\":[{\"digest\":\"sha256:" + "0".repeat(64) + "\",\"size\":1e300}]}",
                "nonsense")) {
            refused(Reason.MALFORMED, "", layout(utf8(index)).bytes());
        }
    }

    @Test
    void layersAndDiffIdsHaveToMatchInNumber() {
        byte[] config = utf8("{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
        byte[] manifest = utf8("{\"config\":" + descriptor(ManifestFile.OCI_CONFIG, config) + ",\"layers\":["
                + descriptor(ManifestFile.OCI_LAYER, parts.layer) + "]}");

        refused(
                Reason.MALFORMED,
                "1 layers, the configuration 0",
                layout(index("", manifest), manifest, config, parts.layer).bytes());
    }

    @Test
    void foreignLayersAreRefused() {
        byte[] manifest = utf8("{\"config\":" + descriptor(ManifestFile.OCI_CONFIG, parts.config) + ",\"layers\":["
                + descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", parts.layer) + "]}");

        refused(
                Reason.MALFORMED,
                "foreign.diff.tar.gzip` is not taken",
                layout(index("", manifest), manifest, parts.config, parts.layer).bytes());
    }

    @Test
    void namesThatAreNoneAreRefused() {
        byte[] archive = new TarBuilder()
                .file("c", parts.config, _ -> {})
                .file("l", parts.layer, _ -> {})
                .file("manifest.json", "[{\"Config\":\"c\",\"RepoTags\":[\"../evil\\u001b[2J\"],\"Layers\":[\"l\"]}]")
                .bytes();

        refused(Reason.MALFORMED, "a name in the archive", archive);
    }

    @Test
    void aConfigurationUnderAnothersNameIsRefused() {
        byte[] archive = new TarBuilder()
                .file("0".repeat(64) + ".json", parts.config, _ -> {})
                .file("l", parts.layer, _ -> {})
                .file("manifest.json", "[{\"Config\":\"" + "0".repeat(64) + ".json\",\"Layers\":[\"l\"]}]")
                .bytes();

        refused(Reason.DIGEST_MISMATCH, "the archive's configuration", archive);
    }

    @Test
    void linksInAnArchiveLeadInsideItOnly() {
        String body = "[{\"Config\":\"c\",\"Layers\":[\"b/layer.tar\"]}]";
        var honest = new TarBuilder()
                .file("c", parts.config, _ -> {})
                .file("a/layer.tar", parts.layer, _ -> {})
                .symlink("b/layer.tar", "../a/layer.tar")
                .file("manifest.json", body);
        var hostile = new TarBuilder()
                .file("c", parts.config, _ -> {})
                .symlink("b/layer.tar", "/etc/passwd")
                .file("manifest.json", body);
        var endless = new TarBuilder()
                .file("c", parts.config, _ -> {})
                .symlink("b/layer.tar", "layer.tar")
                .file("manifest.json", body);

        refused(Reason.MALFORMED, "the archive lacks", hostile.bytes());
        refused(Reason.MALFORMED, "the archive lacks", endless.bytes());
        assertThat(loaded(store, honest.bytes())).hasSize(1);
    }

    @Test
    void aLayerThatLeadsOutIsRefusedWhole() throws IOException {
        byte[] layer =
                new TarBuilder().file("good", "x").file("../../../evil", "x").bytes();
        var evil = new Parts(layer, Digests.sha256(layer), "amd64");
        Files.writeString(temp.resolve("evil"), "untouched");

        refused(
                Reason.MALFORMED,
                "`..` would lead out of the layer",
                layout(index("", evil.manifest), evil.manifest, evil.config, layer)
                        .bytes());
        assertThat(temp.resolve("evil")).hasContent("untouched");
    }

    @Test
    void aBrokenImportLeavesNothing() {
        byte[] tar = StoreFixture.tar("x");
        for (byte[] broken : List.of(new byte[0], Arrays.copyOf(tar, 700), utf8("text"), new byte[1024])) {
            assertThat(catchThrowableOfType(
                            ImageException.class,
                            () -> store.importTar(new ByteArrayInputStream(broken), Optional.empty(), List.of(), "")))
                    .isNotNull()
                    .extracting(ImageException::reason)
                    .isEqualTo(Reason.MALFORMED);
        }
        StoreFixture.assertNothingLeft(root);
    }

    @Test
    @Timeout(120)
    void noMutationOfAnArchiveLeavesAnythingHalfMade() {
        long seed = System.nanoTime();
        System.out.println("HostileArchiveTest seed " + seed);
        var random = new Random(seed);
        byte[] honest = layout(index("", parts.manifest), parts.manifest, parts.config, parts.layer)
                .bytes();

        for (int i = 0; i < 300; i++) {
            byte[] archive = honest.clone();
            for (int j = 0; j <= random.nextInt(3); j++) {
                archive[random.nextInt(archive.length)] = (byte) random.nextInt(256);
            }
            byte[] sent = random.nextInt(4) == 0 ? Arrays.copyOf(archive, random.nextInt(archive.length)) : archive;
            try {
                loaded(store, sent).forEach(store::requireWhole);
                store.prune(true, _ -> true, _ -> false);
            } catch (ImageException refused) {
                assertThat(refused.reason()).as("seed " + seed).isNotIn(Reason.STORAGE, Reason.STORAGE_FULL);
            }
        }
        StoreFixture.assertNothingLeft(root);
    }

    @Test
    void aFullDiskLeavesTheStoreAsItWas() throws IOException {
        Path small = Files.createDirectory(temp.resolve("small"));
        Mounts.tmpfs(small, "size=3m,mode=700");
        try (ImageStore full = StoreFixture.open(small.resolve("images"))) {
            Image kept = StoreFixture.imported(full, "kept", "kept");
            var before = StoreFixture.contents(small);
            byte[] random = new byte[2 << 20];
            new Random(1).nextBytes(random);
            byte[] tooMuch = new TarBuilder().file("big", random, _ -> {}).bytes();

            var failure = catchThrowableOfType(
                    ImageException.class,
                    () -> full.importTar(new ByteArrayInputStream(tooMuch), Optional.empty(), List.of(), ""));

            assertThat(failure).hasMessageContaining("no space left");
            assertThat(failure.reason()).isEqualTo(Reason.STORAGE_FULL);
            assertThat(StoreFixture.contents(small)).isEqualTo(before);
            full.requireWhole(kept);
            assertThat(StoreFixture.imported(full, "another")).isNotNull();
        } finally {
            Mounts.detach(small);
        }
    }
}
