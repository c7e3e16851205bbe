package io.bulkhead.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.layer.LayerLimits;
import io.bulkhead.layer.TarBuilder;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A store in a directory of its own, and images to put into it.
final class StoreFixture {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    static final LayerLimits LIMITS = new LayerLimits(1L << 30, 10_000, 1 << 20, 1 << 20, 250, 64 << 20);

    private StoreFixture() {}

    static void requireRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: layers carry owners");
    }

    static ImageStore open(Path root) {
        return open(root, (_, _) -> {
            throw new IllegalStateException("no registry in this test");
        });
    }

    static ImageStore open(Path root, Remote.Source source) {
        return ImageStore.open(root, source, LIMITS, CLOCK);
    }

    /// A root file system that differs by its text.
    static byte[] tar(String text) {
        return new TarBuilder()
                .directory("etc")
                .file("etc/motd", text)
                .symlink("motd", "etc/motd")
                .bytes();
    }

    static Image imported(ImageStore store, String text, String... names) {
        Image image = store.importTar(
                new ByteArrayInputStream(tar(text)), Optional.empty(), List.of("CMD [\"cat\", \"/motd\"]"), "");
        for (String name : names) {
            store.tag(image, ImageName.parse(name));
        }
        return store.resolve(image.id().toString());
    }

    static byte[] saved(ImageStore store, String... references) {
        var archive = new ByteArrayOutputStream();
        store.save(List.of(references), archive);
        return archive.toByteArray();
    }

    static List<Image> loaded(ImageStore store, byte[] archive) {
        return store.load(new ByteArrayInputStream(archive), Images.Progress.none()).stream()
                .map(Images.Loaded::image)
                .toList();
    }

    /// Every file and directory the store has, unpacked layers by their directory only.
    static Set<String> contents(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            var contents = new TreeSet<String>();
            files.map(file -> root.relativize(file).toString())
                    .filter(name -> !name.isEmpty() && !name.contains("/fs/"))
                    .forEach(contents::add);
            return contents;
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// An image as its parts, to be bent before it is sent.
    static final class Parts {

        final byte[] layer;
        final byte[] config;
        final byte[] manifest;

        Parts(byte[] layer, Digest diffId, String architecture) {
            this.layer = layer;
            this.config =
                    utf8("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Env\":[\"A=b\"]},"
                            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + diffId + "\"]}}");
            this.manifest = utf8("{\"schemaVersion\":2,\"mediaType\":\"" + ManifestFile.OCI_MANIFEST + "\",\"config\":"
                    + descriptor(ManifestFile.OCI_CONFIG, config) + ",\"layers\":["
                    + descriptor(ManifestFile.OCI_LAYER + "+gzip", layer) + "]}");
        }

        static Parts of(String text) {
            return of(text, Platform.host().architecture());
        }

        static Parts of(String text, String architecture) {
            return new Parts(TarBuilder.gzip(tar(text)), Digests.sha256(tar(text)), architecture);
        }

        Digest id() {
            return Digests.sha256(config);
        }
    }

    static String descriptor(String type, byte[] content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + Digests.sha256(content) + "\",\"size\":"
                + content.length + "}";
    }

    static byte[] index(String more, byte[]... manifests) {
        var list = new ArrayList<String>();
        for (byte[] manifest : manifests) {
            list.add(descriptor(ManifestFile.OCI_MANIFEST, manifest).replaceAll("}$", more + "}"));
        }
        return utf8("{\"schemaVersion\":2,\"manifests\":[" + String.join(",", list) + "]}");
    }

    static TarBuilder layout(byte[] index, byte[]... blobs) {
        var tar = new TarBuilder()
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", index, _ -> {});
        for (byte[] blob : blobs) {
            tar.file("blobs/sha256/" + Digests.sha256(blob).hex(), blob, _ -> {});
        }
        return tar;
    }

    static void assertNothingLeft(Path root) {
        assertThat(contents(root))
                .containsExactlyInAnyOrder(
                        "blobs", "blobs/sha256", "blobs/sha512", "images", "layers", "lock", "names", "temp");
    }
}
