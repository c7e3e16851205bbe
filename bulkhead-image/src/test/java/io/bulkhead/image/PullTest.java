package io.bulkhead.image;

import static io.bulkhead.image.StoreFixture.index;
import static io.bulkhead.image.StoreFixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.StoreFixture.Parts;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pulling from a registry that may lie. The registry is in memory; the client of the protocol has tests of its own.
class PullTest {

    private static final ImageName NAME = ImageName.parse("registry.example.com/demo:1");

    @TempDir
    Path temp;

    private Path root;
    private ImageStore store;
    private final Registry registry = new Registry();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() {
        StoreFixture.requireRoot();
        root = temp.resolve("images");
        store = StoreFixture.open(root, (_, _) -> registry);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    /// Serves what it is told to, right or wrong.
    private static final class Registry implements Remote {

        final Map<String, Manifest> manifests = new HashMap<>();
        final Map<Digest, byte[]> blobs = new HashMap<>();
        final AtomicInteger asked = new AtomicInteger();

        void serve(Parts parts) {
            blobs.put(Digests.sha256(parts.config), parts.config);
            blobs.put(Digests.sha256(parts.layer), parts.layer);
            manifest(Digests.sha256(parts.manifest).toString(), ManifestFile.OCI_MANIFEST, parts.manifest);
        }

        void manifest(String reference, String type, byte[] bytes) {
            manifests.put(reference, new Manifest(type, bytes, Digests.sha256(bytes)));
        }

        @Override
        public Manifest manifest(String tagOrDigest) {
            return Optional.ofNullable(manifests.get(tagOrDigest))
                    .orElseThrow(() -> new ImageException(Reason.NOT_FOUND, "manifest unknown"));
        }

        @Override
        public InputStream blob(Digest digest, long size) {
            asked.incrementAndGet();
            return new ByteArrayInputStream(Optional.ofNullable(blobs.get(digest))
                    .orElseThrow(() -> new ImageException(Reason.NOT_FOUND, "blob unknown")));
        }

        @Override
        public void close() {}
    }

    private Image pull(ImageName name, String... platform) {
        return store.pull(
                name,
                List.of(platform).stream().findFirst(),
                new Images.Credentials.None(),
                (id, status, _, _) -> told.add(id + ": " + status));
    }

    private void refused(Reason reason, String message, String... platform) {
        var failure = catchThrowableOfType(ImageException.class, () -> pull(NAME, platform));

        assertThat(failure).isNotNull().hasMessageContaining(message);
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        StoreFixture.assertNothingLeft(root);
    }

    @Test
    void anImageComesWithItsNamesAndIsToldInDockersWords() {
        Parts parts = Parts.of("hello");
        registry.serve(parts);
        registry.manifest("1", ManifestFile.OCI_MANIFEST + "; charset=utf-8", parts.manifest);
        String layer = Digests.sha256(parts.layer).shortHex();

        Image image = pull(NAME);

        assertThat(image.id()).isEqualTo(parts.id());
        assertThat(image.tags()).containsExactly(NAME);
        assertThat(image.digests())
                .extracting(ImageName::familiar)
                .containsExactly("registry.example.com/demo@" + Digests.sha256(parts.manifest));
        assertThat(store.layerDirectories(image).getFirst().resolve("etc/motd")).hasContent("hello");
        assertThat(told)
                .containsSubsequence(
                        "1: Pulling from registry.example.com/demo",
                        layer + ": Pulling fs layer",
                        layer + ": Downloading",
                        layer + ": Download complete",
                        layer + ": Extracting",
                        layer + ": Pull complete",
                        ": Digest: " + Digests.sha256(parts.manifest),
                        ": Status: Downloaded newer image for registry.example.com/demo:1");
        assertThat(store.find("registry.example.com/demo@" + Digests.sha256(parts.manifest)))
                .contains(image);
    }

    @Test
    void whatIsThereIsNotFetchedAgain() {
        Parts parts = Parts.of("hello");
        registry.serve(parts);
        registry.manifest("1", ManifestFile.OCI_MANIFEST, parts.manifest);
        pull(NAME);
        int before = registry.asked.get();
        told.clear();

        pull(NAME);

        assertThat(registry.asked).hasValue(before);
        assertThat(told)
                .contains(
                        Digests.sha256(parts.layer).shortHex() + ": Already exists",
                        ": Status: Image is up to date for registry.example.com/demo:1");
    }

    @Test
    void theHostsPlatformIsChosenUnlessAnotherIsAskedFor() {
        Parts ours = Parts.of("ours");
        Parts other = Parts.of("other", "s390x");
        registry.serve(ours);
        registry.serve(other);
        String platforms = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"";
        String list = new String(index(platforms + "s390x\"}", other.manifest), java.nio.charset.StandardCharsets.UTF_8)
                .replace(
                        "]}",
                        ","
                                + StoreFixture.descriptor(ManifestFile.OCI_MANIFEST, ours.manifest)
                                        .replaceAll(
                                                "}$",
                                                platforms + Platform.host().architecture() + "\"}}")
                                + "]}");
        registry.manifest("1", ManifestFile.OCI_INDEX, utf8(list));

        assertThat(pull(NAME).id()).isEqualTo(ours.id());
        assertThat(pull(NAME, "linux/s390x").id()).isEqualTo(other.id());
        assertThat(store.resolve("registry.example.com/demo:1").digests())
                .singleElement()
                .satisfies(name -> assertThat(name.digest()).hasValue(Digests.sha256(utf8(list))));
        assertThat(catchThrowableOfType(ImageException.class, () -> pull(NAME, "linux/mips")))
                .hasMessageContaining("no matching manifest for linux/mips in the manifest list entries");
        assertThat(catchThrowableOfType(ImageException.class, () -> pull(NAME, "lin ux/../x")))
                .extracting(ImageException::reason)
                .isEqualTo(Reason.INVALID);
    }

    @Test
    void anImageOfAnotherPlatformThanAskedForIsRefused() {
        Parts parts = Parts.of("x", "s390x");
        registry.serve(parts);
        registry.manifest("1", ManifestFile.OCI_MANIFEST, parts.manifest);

        refused(Reason.NOT_FOUND, "wanted linux/amd64, actual: linux/s390x", "linux/amd64");
    }

    @Test
    void bytesThatAreNotTheirDigestAreRefused() {
        Parts parts = Parts.of("hello");
        registry.serve(parts);
        registry.manifest("1", ManifestFile.OCI_MANIFEST, parts.manifest);
        Digest layer = Digests.sha256(parts.layer);

        byte[] changed = parts.layer.clone();
        changed[15] ^= 1;
        registry.blobs.put(layer, changed);
        refused(Reason.DIGEST_MISMATCH, "blob " + layer);
        registry.blobs.put(layer, java.util.Arrays.copyOf(parts.layer, 40));
        refused(Reason.DIGEST_MISMATCH, "blob " + layer);
        registry.blobs.put(layer, java.util.Arrays.copyOf(parts.layer, parts.layer.length + 1));
        refused(Reason.TOO_LARGE, "larger than the " + parts.layer.length + " bytes it may have");
        registry.blobs.remove(layer);
        refused(Reason.NOT_FOUND, "blob unknown");
    }

    @Test
    void aManifestByDigestHasToHaveIt() {
        Parts parts = Parts.of("hello");
        registry.serve(parts);
        Digest wanted = Digests.sha256(utf8("something else"));
        registry.manifest(wanted.toString(), ManifestFile.OCI_MANIFEST, parts.manifest);

        var failure = catchThrowableOfType(
                ImageException.class, () -> pull(ImageName.parse("registry.example.com/demo@" + wanted)));

        assertThat(failure.reason()).isEqualTo(Reason.DIGEST_MISMATCH);
        StoreFixture.assertNothingLeft(root);
    }

    @Test
    void aTypeThatDoesNotFitTheDocumentIsRefused() {
        Parts parts = Parts.of("hello");
        registry.serve(parts);
        registry.manifest("1", ManifestFile.OCI_INDEX, parts.manifest);
        refused(Reason.MALFORMED, "calls itself");
        registry.manifest("1", "text/html", utf8("<html>"));
        refused(Reason.MALFORMED, "not well-formed JSON");
        registry.manifest("1", "", utf8("{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}"));
        refused(Reason.MALFORMED, "neither a manifest nor an index");
        registry.manifest("1", ManifestFile.OCI_INDEX, index("", index("", parts.manifest)));
        refused(Reason.NOT_FOUND, "no matching manifest");
    }

    @Test
    void aConnectionThatBreaksIsTheRegistrysFault() {
        Parts parts = Parts.of("hello");
        registry.serve(parts);
        registry.manifest("1", ManifestFile.OCI_MANIFEST, parts.manifest);
        Remote breaking = new Remote() {
            @Override
            public Manifest manifest(String tagOrDigest) {
                return registry.manifest(tagOrDigest);
            }

            @Override
            public InputStream blob(Digest digest, long size) {
                return new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        throw new IOException("connection reset");
                    }
                };
            }

            @Override
            public void close() {}
        };
        store.close();
        store = StoreFixture.open(root, (_, _) -> breaking);

        refused(Reason.REGISTRY, "connection reset");
    }
}
