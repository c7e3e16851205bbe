package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Writes an archive that is an OCI layout and Docker's layout at once, like Docker since version 25. The same images
/// make the same bytes.
final class ArchiveWriter {

    /// @param names the image goes by in the archive; none when it was asked for by id
    record Item(Catalog.Entry image, Set<ImageName> names) {}

    private final BlobStore blobs;

    ArchiveWriter(BlobStore blobs) {
        this.blobs = blobs;
    }

    /// The stream stays open.
    void write(List<Item> items, OutputStream archive) {
        var tar = new TarArchiveOutputStream(archive, "UTF-8");
        try {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            directory(tar, "blobs/");
            directory(tar, "blobs/sha256/");
            var written = new TreeSet<Digest>();
            items.forEach(item -> written.addAll(item.image().blobs()));
            for (Digest digest : written) {
                blob(tar, digest);
            }
            file(tar, "index.json", Json.write(index(items)));
            file(
                    tar,
                    "manifest.json",
                    Json.write(items.stream().map(ArchiveWriter::dockerImage).toList()));
            file(tar, "oci-layout", Json.write(Map.of("imageLayoutVersion", "1.0.0")));
            tar.finish();
            tar.flush();
        } catch (IOException failure) {
            throw new ImageException(Reason.STORAGE, "writing the archive: " + failure.getMessage(), failure);
        }
    }

    private Map<String, Object> index(List<Item> items) {
        var manifests = new ArrayList<Map<String, Object>>();
        for (Item item : items) {
            long size = blobs.size(item.image().manifest());
            var names = new ArrayList<Optional<ImageName>>();
            item.names().forEach(name -> names.add(Optional.of(name)));
            if (names.isEmpty()) {
                names.add(Optional.empty());
            }
            for (Optional<ImageName> name : names) {
                manifests.add(new Descriptor(
                                item.image().parsed().mediaType(),
                                item.image().manifest(),
                                size,
                                name.map(ArchiveWriter::annotations).orElse(Map.of()),
                                Optional.empty())
                        .toJson());
            }
        }
        var index = new LinkedHashMap<String, Object>();
        index.put("schemaVersion", 2);
        index.put("mediaType", ManifestFile.OCI_INDEX);
        index.put("manifests", manifests);
        return index;
    }

    private static Map<String, String> annotations(ImageName name) {
        return Map.of(
                "io.containerd.image.name", name.toString(),
                "org.opencontainers.image.ref.name", name.tag().orElse("latest"));
    }

    private static Map<String, Object> dockerImage(Item item) {
        var json = new LinkedHashMap<String, Object>();
        json.put("Config", path(item.image().id()));
        json.put("RepoTags", item.names().stream().map(ImageName::familiar).toList());
        json.put(
                "Layers",
                item.image().parsed().layers().stream()
                        .map(layer -> path(layer.digest()))
                        .toList());
        return json;
    }

    private void blob(TarArchiveOutputStream tar, Digest digest) throws IOException {
        blobs.requireWhole(digest);
        begin(tar, path(digest), blobs.size(digest));
        try (InputStream content = blobs.open(digest)) {
            content.transferTo(tar);
        }
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        begin(tar, name, content.length);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        begin(tar, name, 0);
        tar.closeArchiveEntry();
    }

    private static void begin(TarArchiveOutputStream tar, String name, long size) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(name.endsWith("/") ? 0755 : 0644);
        entry.setModTime(0L);
        entry.setIds(0, 0);
        tar.putArchiveEntry(entry);
    }

    private static String path(Digest digest) {
        return "blobs/" + digest.algorithm().ociName() + "/" + digest.hex();
    }

    /// Names in order, without those of a digest, which an archive cannot promise.
    static Set<ImageName> tags(List<ImageName> names) {
        var tags = new LinkedHashSet<ImageName>();
        names.stream().filter(name -> name.digest().isEmpty()).forEach(tags::add);
        return tags;
    }
}
