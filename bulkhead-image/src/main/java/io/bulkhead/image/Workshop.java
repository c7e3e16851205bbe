package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.util.List;

/// What bringing in an image needs, wherever it comes from.
record Workshop(BlobStore blobs, LayerStore layers, Catalog catalog, Leases leases) {

    /// Sums of layer sizes stay far below overflow, and one blob cannot fill any disk there is.
    static final long MAX_BLOB = 64L << 30;

    /// Unpacks a stored layer unless it is there.
    LayerStore.Layer unpack(Descriptor blob, Digest diffId) {
        return layers.find(diffId).orElseGet(() -> layers.add(diffId, blobs.open(blob.digest())));
    }

    /// Makes an image known whose blobs are stored, layers unpacked, and both held by the caller.
    Image add(Digest manifest, ManifestFile.Single parsed, ConfigFile config, List<ImageName> names) {
        return catalog.add(new Catalog.Entry(parsed.config().digest(), manifest, parsed, config), names);
    }

    /// Reads a stored configuration and checks it against the manifest.
    ConfigFile config(ManifestFile.Single manifest) {
        ConfigFile config = ConfigFile.read(blobs.read(manifest.config().digest(), ConfigFile.MAX_BYTES));
        if (config.diffIds().size() != manifest.layers().size()) {
            throw new ImageException(
                    Reason.MALFORMED,
                    "the manifest has " + manifest.layers().size() + " layers, the configuration "
                            + config.diffIds().size());
        }
        return config;
    }

    /// Gives up what work in progress stored and no image came to use.
    void close(Leases.Lease lease) {
        List<Digest> held = lease.digests();
        lease.close();
        catalog.collect(held);
    }
}
