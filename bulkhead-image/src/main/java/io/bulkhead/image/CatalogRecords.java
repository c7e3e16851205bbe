package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The records on disk: one small file for each image and each name, so that a torn one costs one image or name and not
/// the store. An image's record can be made anew from its blobs; a name's cannot, and is put aside and reported.
final class CatalogRecords implements AutoCloseable {

    private static final Logger LOG = System.getLogger(CatalogRecords.class.getName());
    private static final String TORN = ".torn";

    private final Directory temp;
    private final Directory images;
    private final Directory names;

    CatalogRecords(Directory temp, Directory images, Directory names) {
        this.temp = temp;
        this.images = images;
        this.names = names;
    }

    /// @param complete every record could be read, so what they do not speak of is nobody's
    record Found(List<Catalog.Entry> images, Map<ImageName, Digest> names, boolean complete) {}

    void writeImage(Catalog.Entry entry) {
        var json = Map.of(
                "manifest",
                entry.manifest().toString(),
                "mediaType",
                entry.parsed().mediaType());
        RecordFile.write(temp, images, entry.id().hex(), Json.write(json));
    }

    void removeImage(Digest id) {
        images.removeTree(id.hex());
        images.sync();
    }

    void writeName(ImageName name, Digest id) {
        var json = Map.of("name", name.toString(), "image", id.toString());
        RecordFile.write(temp, names, file(name), Json.write(json));
    }

    void removeName(ImageName name) {
        names.removeTree(file(name));
        names.sync();
    }

    /// Names have characters and lengths that file names have not.
    private static String file(ImageName name) {
        return Digests.sha256(name.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }

    Found read(BlobStore blobs) {
        var found = new ArrayList<Catalog.Entry>();
        boolean complete = true;
        for (String file : images.list()) {
            Optional<Digest> id = Digest.tryParse("sha256:" + file);
            Optional<Catalog.Entry> entry = id.flatMap(digest -> image(digest, blobs));
            entry.ifPresent(found::add);
            complete &= entry.isPresent();
        }
        return new Found(found, readNames(), complete);
    }

    private Optional<Catalog.Entry> image(Digest id, BlobStore blobs) {
        try {
            Json json = Json.read(RecordFile.read(images, id.hex()).orElseThrow(), "image record");
            return Optional.of(entry(id, json.require("manifest").digest(), json.text("mediaType"), blobs));
        } catch (ImageException broken) {
            LOG.log(Level.WARNING, "image " + id + ": " + broken.getMessage() + "; looking for its manifest");
            Optional<Catalog.Entry> entry = search(id, blobs);
            entry.ifPresentOrElse(
                    this::writeImage,
                    () -> LOG.log(Level.ERROR, "image " + id + " is lost: pull or load it again; nothing is swept"));
            return entry;
        }
    }

    /// Reads an image's two documents out of the store.
    static Catalog.Entry entry(Digest id, Digest manifest, String mediaType, BlobStore blobs) {
        byte[] bytes = blobs.read(manifest, ManifestFile.MAX_BYTES);
        if (!(ManifestFile.read(bytes, mediaType) instanceof ManifestFile.Single single)
                || !single.config().digest().equals(id)) {
            throw new ImageException(Reason.MALFORMED, "the blob " + manifest + " is not the manifest of " + id);
        }
        ConfigFile config = ConfigFile.read(blobs.read(id, ConfigFile.MAX_BYTES));
        if (config.diffIds().size() != single.layers().size()) {
            throw new ImageException(
                    Reason.MALFORMED,
                    "image " + id + ": " + single.layers().size() + " layers, but its configuration names "
                            + config.diffIds().size());
        }
        return new Catalog.Entry(id, manifest, single, config);
    }

    private static Optional<Catalog.Entry> search(Digest id, BlobStore blobs) {
        for (Digest digest : blobs.all()) {
            if (blobs.size(digest) <= ManifestFile.MAX_BYTES) {
                try {
                    return Optional.of(entry(id, digest, "", blobs));
                } catch (ImageException _) {
                    // most blobs are no manifests
                }
            }
        }
        return Optional.empty();
    }

    private Map<ImageName, Digest> readNames() {
        var found = new HashMap<ImageName, Digest>();
        for (String file : names.list()) {
            if (file.endsWith(TORN)) {
                continue;
            }
            try {
                Json json = Json.read(RecordFile.read(names, file).orElseThrow(), "name record");
                found.put(
                        ImageName.parse(json.require("name").text()),
                        json.require("image").digest());
            } catch (ImageException torn) {
                LOG.log(Level.ERROR, "an image lost a name, tag it again: " + torn.getMessage());
                names.rename(file, file + TORN);
            }
        }
        return found;
    }

    @Override
    public void close() {
        images.close();
        names.close();
    }
}
