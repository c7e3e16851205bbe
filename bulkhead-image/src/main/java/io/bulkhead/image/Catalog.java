package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Which images there are and what they are called. What is stored comes first and what names it last, and the other
/// way round for removal: whenever the process dies, no name stands for something that is not there.
///
/// `lock` guards the maps and every change of the records on disk; under it files are written, unlinked and renamed,
/// but never read through or unpacked.
final class Catalog {

    /// An image with its two documents.
    record Entry(Digest id, Digest manifest, ManifestFile.Single parsed, ConfigFile config) {

        Set<Digest> blobs() {
            var blobs = new LinkedHashSet<Digest>();
            blobs.add(manifest);
            blobs.add(id);
            parsed.layers().forEach(layer -> blobs.add(layer.digest()));
            return blobs;
        }
    }

    /// What a removal freed.
    ///
    /// @param chains the removed layers as Docker names them, top first: each by itself and all below it
    record Freed(List<Digest> chains, long bytes) {
        Freed {
            chains = List.copyOf(chains);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Digest, Entry> images = new HashMap<>();
    private final Map<ImageName, Digest> names = new HashMap<>();
    private final CatalogRecords records;
    private final BlobStore blobs;
    private final LayerStore layers;
    private final Leases leases;

    private Catalog(CatalogRecords records, BlobStore blobs, LayerStore layers, Leases leases) {
        this.records = records;
        this.blobs = blobs;
        this.layers = layers;
        this.leases = leases;
    }

    /// Reads the records and sweeps what no image needs, which a process that died left behind.
    static Catalog open(CatalogRecords records, BlobStore blobs, LayerStore layers, Leases leases) {
        var catalog = new Catalog(records, blobs, layers, leases);
        CatalogRecords.Found found = records.read(blobs);
        found.images().forEach(entry -> catalog.images.put(entry.id(), entry));
        found.names().forEach((name, id) -> {
            if (catalog.images.containsKey(id)) {
                catalog.names.put(name, id);
            }
        });
        if (found.complete()) {
            catalog.free(blobs.all());
            catalog.free(layers.all());
            layers.sweep();
        }
        return catalog;
    }

    List<Image> all() {
        return locked(() -> images.values().stream()
                .map(this::image)
                .sorted(Comparator.comparing(Image::created).reversed().thenComparing(Image::id))
                .toList());
    }

    Optional<Image> image(Digest id) {
        return locked(() -> Optional.ofNullable(images.get(id)).map(this::image));
    }

    Optional<Image> named(ImageName name) {
        return locked(() -> Optional.ofNullable(names.get(key(name)))
                .flatMap(id -> Optional.ofNullable(images.get(id)))
                .map(this::image));
    }

    /// The ids that begin with these hex digits.
    List<Digest> withPrefix(String hex) {
        return locked(() -> images.keySet().stream()
                .filter(id -> id.hex().startsWith(hex))
                .sorted()
                .toList());
    }

    List<ImageName> names(Digest id) {
        return locked(() -> namesOf(id));
    }

    /// Makes an image known whose blobs and layers are stored and held.
    Image add(Entry entry, List<ImageName> newNames) {
        return locked(() -> {
            records.writeImage(entry);
            images.put(entry.id(), entry);
            newNames.forEach(name -> bind(name, entry.id()));
            return image(entry);
        });
    }

    void name(ImageName name, Digest id) {
        locked(() -> {
            if (!images.containsKey(id)) {
                throw new ImageException(Reason.NOT_FOUND, "No such image: " + id);
            }
            bind(name, id);
            return id;
        });
    }

    private void bind(ImageName name, Digest id) {
        records.writeName(key(name), id);
        names.put(key(name), id);
    }

    void unname(ImageName name) {
        locked(() -> {
            records.removeName(key(name));
            return Optional.ofNullable(names.remove(key(name)));
        });
    }

    /// Removes an image and what only it used; empty if it is not there, or if somebody has named it meanwhile.
    Optional<Freed> remove(Digest id) {
        Optional<Freed> freed = locked(() -> {
            Entry entry = images.get(id);
            if (entry == null || !namesOf(id).isEmpty()) {
                return Optional.empty();
            }
            records.removeImage(id);
            images.remove(id);
            long bytes = freeBlobs(entry.blobs());
            var chains = new ArrayList<Digest>();
            List<Digest> diffIds = entry.config().diffIds();
            for (int top = diffIds.size(); top > 0; top--) {
                Digest diffId = diffIds.get(top - 1);
                long size = layers.find(diffId).map(LayerStore.Layer::bytes).orElse(0L);
                boolean first = !diffIds.subList(top, diffIds.size()).contains(diffId);
                if (first && freeLayer(diffId)) {
                    bytes += size;
                    chains.add(chain(diffIds.subList(0, top)));
                }
            }
            return Optional.of(new Freed(chains, bytes));
        });
        layers.sweep();
        return freed;
    }

    /// Removes those of these blobs and layers that no image uses and nobody holds.
    void collect(Iterable<Digest> digests) {
        locked(() -> free(digests));
        layers.sweep();
    }

    private long free(Iterable<Digest> digests) {
        digests.forEach(this::freeLayer);
        return freeBlobs(digests);
    }

    private long freeBlobs(Iterable<Digest> digests) {
        Set<Digest> used = usedBlobs();
        long bytes = 0;
        for (Digest digest : digests) {
            long size = blobs.has(digest) ? blobs.size(digest) : 0;
            if (!used.contains(digest) && leases.unlessHeld(digest, () -> blobs.remove(digest))) {
                bytes += size;
            }
        }
        return bytes;
    }

    private boolean freeLayer(Digest diffId) {
        boolean unpacked = diffId.algorithm() == Digest.Algorithm.SHA256 && layers.exists(diffId);
        return unpacked && !usedLayers().contains(diffId) && leases.unlessHeld(diffId, () -> layers.hide(diffId));
    }

    private Set<Digest> usedBlobs() {
        var used = new HashSet<Digest>();
        images.values().forEach(each -> used.addAll(each.blobs()));
        return used;
    }

    private Set<Digest> usedLayers() {
        var used = new HashSet<Digest>();
        images.values().forEach(each -> used.addAll(each.config().diffIds()));
        return used;
    }

    /// OCI image spec, config.md "Layer ChainID".
    static Digest chain(List<Digest> diffIdsBottomFirst) {
        Digest chain = diffIdsBottomFirst.getFirst();
        for (Digest next : diffIdsBottomFirst.subList(1, diffIdsBottomFirst.size())) {
            chain = Digests.sha256((chain + " " + next).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        return chain;
    }

    private Image image(Entry entry) {
        var list = new ArrayList<Image.Layer>();
        long size = 0;
        for (int i = 0; i < entry.config().diffIds().size(); i++) {
            Descriptor blob = entry.parsed().layers().get(i);
            Digest diffId = entry.config().diffIds().get(i);
            long bytes = layers.find(diffId).map(LayerStore.Layer::bytes).orElse(0L);
            list.add(new Image.Layer(blob.digest(), diffId, blob.mediaType(), blob.size(), bytes));
            size += bytes;
        }
        List<ImageName> all = namesOf(entry.id());
        return new Image(
                entry.id(),
                entry.manifest(),
                entry.config().config(),
                list,
                all.stream().filter(name -> name.digest().isEmpty()).toList(),
                all.stream().filter(name -> name.digest().isPresent()).toList(),
                entry.config().created(),
                size);
    }

    private List<ImageName> namesOf(Digest id) {
        return names.entrySet().stream()
                .filter(each -> each.getValue().equals(id))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(ImageName::toString))
                .toList();
    }

    /// A name has a tag or a digest here; with both, the digest says it all.
    private static ImageName key(ImageName name) {
        ImageName whole = name.withDefaultTag();
        return whole.digest().isPresent()
                ? new ImageName(whole.registry(), whole.repository(), Optional.empty(), whole.digest())
                : whole;
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return Failures.told("image store", work);
        } finally {
            lock.unlock();
        }
    }
}
