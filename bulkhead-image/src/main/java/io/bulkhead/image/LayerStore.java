package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.layer.FileOwners;
import io.bulkhead.layer.LayerLimits;
import io.bulkhead.layer.LayerUnpacker;
import io.bulkhead.layer.Unpacked;
import io.bulkhead.name.Digest;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Unpacked layers, `layers/<hex of the diff id>/fs`. Layers do not depend on each other, so images share them whatever
/// they lie upon. A layer is unpacked elsewhere and appears with one rename, after one sync of the file system.
///
/// `fs` has the mode the image says; the directory above it is 0700 and root's, so that no user of the host reaches a
/// set-id program of an image (CVE-2021-41091).
final class LayerStore implements AutoCloseable {

    private static final Logger LOG = System.getLogger(LayerStore.class.getName());
    private static final String TREE = "fs";
    private static final String RECORD = "layer.json";

    /// @param bytes of all files
    /// @param opaqueRoot no layer below this one shows
    /// @param owners whom its files belong to; empty for one that was unpacked before this was written down
    record Layer(Digest diffId, long bytes, boolean opaqueRoot, Optional<FileOwners> owners) {}

    private final Path path;
    private final Directory layers;
    private final Directory temp;
    private final LayerLimits limits;
    private final Map<Digest, Layer> known = new ConcurrentHashMap<>();

    LayerStore(Path path, Directory layers, Directory temp, LayerLimits limits) {
        this.path = path;
        this.layers = layers;
        this.temp = temp;
        this.limits = limits;
    }

    /// The layer, if it is unpacked. One whose record is torn is none: it can be unpacked again.
    Optional<Layer> find(Digest diffId) {
        Layer layer = known.get(diffId);
        if (layer != null && layers.exists(name(diffId))) {
            return Optional.of(layer);
        }
        Optional<Layer> read = readRecord(diffId);
        read.ifPresent(each -> known.put(diffId, each));
        return read;
    }

    /// Whether there is anything of the layer, be it usable or not.
    boolean exists(Digest diffId) {
        return layers.exists(name(diffId));
    }

    Path path(Digest diffId) {
        return path.resolve(name(diffId)).resolve(TREE);
    }

    /// Unpacks a layer.
    ///
    /// @param expected what the image's configuration says the uncompressed tar's digest is
    Layer add(Digest expected, InputStream tar) {
        return unpack(Optional.of(expected), tar, name -> {});
    }

    /// Unpacks a layer whose digest nobody knows yet.
    Layer add(InputStream tar, Leases.Lease lease) {
        return unpack(Optional.empty(), tar, lease::hold);
    }

    private interface Hold {
        void accept(Digest diffId);
    }

    private Layer unpack(Optional<Digest> expected, InputStream tar, Hold hold) {
        String beside = "layer-" + UUID.randomUUID();
        String what = "layer" + expected.map(digest -> " " + digest).orElse("");
        try {
            return Failures.told(what, () -> {
                Unpacked unpacked = unpackInto(beside, tar);
                expected.ifPresent(digest -> requireSame(digest, unpacked.diffId()));
                if (expected.isEmpty() && unpacked.entries() == 0) {
                    throw new ImageException(Reason.MALFORMED, "the archive is empty");
                }
                hold.accept(unpacked.diffId());
                return publish(beside, unpacked);
            });
        } finally {
            removeQuietly(beside);
        }
    }

    private Unpacked unpackInto(String beside, InputStream tar) {
        temp.makeDirectory(beside, 0700);
        try (Directory directory = temp.beneath(beside, Links.REFUSE)) {
            directory.makeDirectory(TREE, 0755);
            try (Directory tree = directory.beneath(TREE, Links.REFUSE)) {
                return LayerUnpacker.unpack(tar, tree, limits);
            }
        }
    }

    private Layer publish(String beside, Unpacked unpacked) {
        var layer =
                new Layer(unpacked.diffId(), unpacked.bytes(), unpacked.opaqueRoot(), Optional.of(unpacked.owners()));
        if (unpacked.devices() > 0 || unpacked.xattrs() > 0) {
            LOG.log(
                    Level.INFO,
                    "layer {0}: left out {1} device nodes and {2} extended attributes",
                    layer.diffId(),
                    unpacked.devices(),
                    unpacked.xattrs());
        }
        try (Directory directory = temp.beneath(beside, Links.REFUSE)) {
            RecordFile.write(temp, directory, RECORD, Json.write(json(layer)));
        }
        layers.syncFileSystem();
        String name = name(layer.diffId());
        if (find(layer.diffId()).isEmpty()) {
            moveIntoPlace(beside, name);
            layers.sync();
        }
        known.put(layer.diffId(), layer);
        return layer;
    }

    private void moveIntoPlace(String beside, String name) {
        try {
            temp.move(beside, layers, name);
        } catch (KernelException taken) {
            if (taken.errno() != Errno.ENOTEMPTY && taken.errno() != Errno.EEXIST) {
                throw taken;
            }
            // Another pull was first, or a layer with a torn record is in the way.
            if (readRecord(Digest.sha256(name)).isEmpty()) {
                layers.move(name, temp, "torn-" + UUID.randomUUID());
                temp.move(beside, layers, name);
            }
        }
    }

    /// Whom the files of an unpacked layer belong to. One that was unpacked before this was written down is walked over
    /// once, and has it written down then.
    FileOwners owners(Digest diffId) {
        Layer layer = find(diffId)
                .orElseThrow(() -> new ImageException(Reason.STORAGE, "layer " + diffId + " is not unpacked"));
        return layer.owners().orElseGet(() -> walked(layer));
    }

    private FileOwners walked(Layer layer) {
        FileOwners owners = OwnersRecord.walk(path(layer.diffId()));
        var counted = new Layer(layer.diffId(), layer.bytes(), layer.opaqueRoot(), Optional.of(owners));
        try (Directory directory = layers.beneath(name(layer.diffId()), Links.REFUSE)) {
            RecordFile.write(temp, directory, RECORD, Json.write(json(counted)));
        }
        known.put(counted.diffId(), counted);
        return owners;
    }

    /// Takes the layer out of sight at once; [#sweep] then frees its space.
    void hide(Digest diffId) {
        known.remove(diffId);
        try {
            layers.move(name(diffId), temp, "gone-" + UUID.randomUUID());
        } catch (KernelException missing) {
            if (missing.errno() != Errno.ENOENT) {
                throw missing;
            }
        }
    }

    /// Removes what [#hide] hid.
    void sweep() {
        for (String name : temp.list()) {
            if (name.startsWith("gone-") || name.startsWith("torn-")) {
                removeQuietly(name);
            }
        }
    }

    Set<Digest> all() {
        var all = new HashSet<Digest>();
        for (String name : layers.list()) {
            Digest.tryParse("sha256:" + name).ifPresent(all::add);
        }
        return all;
    }

    /// What stays behind is swept at the next start.
    private void removeQuietly(String name) {
        try {
            temp.removeTree(name);
        } catch (KernelException failure) {
            LOG.log(Level.WARNING, "left behind in the image store until the next start: " + name, failure);
        }
    }

    private Optional<Layer> readRecord(Digest diffId) {
        try (Directory directory = layers.beneath(name(diffId), Links.REFUSE)) {
            return RecordFile.read(directory, RECORD).map(bytes -> {
                Json json = Json.read(bytes, "layer record");
                return new Layer(
                        json.require("diffId").digest(),
                        json.number("bytes"),
                        json.flag("opaqueRoot"),
                        OwnersRecord.read(json));
            });
        } catch (KernelException missing) {
            if (missing.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw Failures.storage("layer " + diffId, missing);
        } catch (ImageException torn) {
            LOG.log(Level.WARNING, "layer " + diffId + " has to be unpacked again: " + torn.getMessage());
            return Optional.empty();
        }
    }

    private static Map<String, Object> json(Layer layer) {
        var json = new LinkedHashMap<String, Object>();
        json.put("diffId", layer.diffId().toString());
        json.put("bytes", layer.bytes());
        json.put("opaqueRoot", layer.opaqueRoot());
        layer.owners().ifPresent(owners -> json.put(OwnersRecord.FIELD, OwnersRecord.of(owners)));
        return json;
    }

    private static void requireSame(Digest expected, Digest actual) {
        if (!expected.equals(actual)) {
            throw new ImageException(
                    Reason.DIGEST_MISMATCH, "layer " + expected + ": its content has the digest " + actual);
        }
    }

    /// Diff ids are SHA-256 in every image there is; another would need its own directory.
    private static String name(Digest diffId) {
        if (diffId.algorithm() != Digest.Algorithm.SHA256) {
            throw new ImageException(Reason.MALFORMED, "the diff id " + diffId + " is not SHA-256");
        }
        return diffId.hex();
    }

    @Override
    public void close() {
        layers.close();
    }
}
