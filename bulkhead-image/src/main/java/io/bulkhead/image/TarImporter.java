package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.layer.Compression;
import io.bulkhead.name.ImageName;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes a one-layer image of a root file system. The tar is kept as it came if an image may have it so; xz and bzip2
/// are kept uncompressed.
final class TarImporter {

    private final Workshop workshop;
    private final Leases.Lease lease;
    private final Instant now;

    TarImporter(Workshop workshop, Leases.Lease lease, Instant now) {
        this.workshop = workshop;
        this.lease = lease;
        this.now = now;
    }

    Image make(InputStream tar, Optional<ImageName> name, List<String> changes, String message) {
        Map<String, Object> runConfig = DockerfileChanges.config(changes);
        Descriptor blob = store(tar);
        LayerStore.Layer layer = workshop.layers().add(workshop.blobs().open(blob.digest()), lease);
        byte[] config = Json.write(config(layer, runConfig, message));
        BlobStore.Stored stored = workshop.blobs().add(config, lease);
        var manifest = new ManifestFile.Single(
                ManifestFile.OCI_MANIFEST,
                new Descriptor(ManifestFile.OCI_CONFIG, stored.digest(), stored.size()),
                List.of(blob));
        BlobStore.Stored manifestBlob = workshop.blobs().add(manifest.toJson(), lease);
        return workshop.add(
                manifestBlob.digest(),
                manifest,
                ConfigFile.read(config),
                name.map(ImageName::withDefaultTag).stream().toList());
    }

    private Descriptor store(InputStream tar) {
        try {
            var buffered = new BufferedInputStream(tar, 64 * 1024);
            Compression compression = Compression.of(buffered);
            boolean keep = compression != Compression.XZ && compression != Compression.BZIP2;
            BlobStore.Stored stored = workshop.blobs()
                    .add(keep ? buffered : compression.decode(buffered), Workshop.MAX_BLOB, lease, Reason.MALFORMED);
            String type = ArchiveLoader.layerType(keep ? compression : Compression.NONE);
            return new Descriptor(type, stored.digest(), stored.size());
        } catch (IOException failure) {
            throw new ImageException(Reason.MALFORMED, "the archive is broken: " + failure.getMessage(), failure);
        }
    }

    private Map<String, Object> config(LayerStore.Layer layer, Map<String, Object> runConfig, String message) {
        var history = new LinkedHashMap<String, Object>();
        history.put("created", now.toString());
        history.put("comment", message.isEmpty() ? "Imported from -" : message);
        var json = new LinkedHashMap<String, Object>();
        json.put("architecture", Platform.host().architecture());
        json.put("os", Platform.host().os());
        json.put("created", now.toString());
        json.put("config", runConfig);
        json.put(
                "rootfs",
                Map.of("type", "layers", "diff_ids", List.of(layer.diffId().toString())));
        json.put("history", List.of(history));
        return json;
    }
}
