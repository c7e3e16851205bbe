package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Links;
import io.bulkhead.layer.FileOwners;
import io.bulkhead.layer.LayerLimits;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The image store on disk, below one directory (0700):
///
/// ```
/// blobs/sha256/HEX    manifests, configurations and layers, as they came
/// layers/HEX/fs       unpacked layers by diff id, with layer.json beside
/// images/HEX          which manifest an image has
/// names/HEX           which image a name means
/// temp/               work in progress; swept at start
/// ```
///
/// Everything is written in `temp`, synced and renamed, in that order, so a process that dies leaves whole things or
/// leftovers, and leftovers are swept by the next one. Safe for use by many threads.
public final class ImageStore implements Images {

    private final StoreLock lock;
    private final Directory temp;
    private final CatalogRecords records;
    private final Workshop workshop;
    private final Lookup lookup;
    private final Remote.Source registries;
    private final Clock clock;

    private ImageStore(Path root, Remote.Source registries, LayerLimits limits, Clock clock) {
        this.registries = registries;
        this.clock = clock;
        try (Directory directory = Directory.open(root)) {
            directory.changeMode(".", 0700);
            this.lock = StoreLock.take(root);
            this.temp = directory.makeDirectories("temp", Links.REFUSE, 0700);
            temp.list().forEach(temp::removeTree);
            var leases = new Leases();
            BlobStore blobs;
            try (Directory blobsDirectory = directory.makeDirectories("blobs", Links.REFUSE, 0700)) {
                blobs = new BlobStore(root.resolve("blobs"), blobsDirectory, temp);
            }
            var layers = new LayerStore(
                    root.resolve("layers"), directory.makeDirectories("layers", Links.REFUSE, 0700), temp, limits);
            this.records = new CatalogRecords(
                    temp,
                    directory.makeDirectories("images", Links.REFUSE, 0700),
                    directory.makeDirectories("names", Links.REFUSE, 0700));
            Catalog catalog = Catalog.open(records, blobs, layers, leases);
            this.workshop = new Workshop(blobs, layers, catalog, leases);
            this.lookup = new Lookup(catalog);
        }
    }

    /// Opens the store, making what is missing of it and sweeping what a process that died left behind.
    ///
    /// @param root `images` of the state directory; made if missing
    /// @throws ImageException STORAGE if another process has it open
    public static ImageStore open(Path root, Remote.Source registries) {
        return open(root, registries, LayerLimits.DEFAULT, Clock.systemUTC());
    }

    static ImageStore open(Path root, Remote.Source registries, LayerLimits limits, Clock clock) {
        return Failures.told("image store " + root, () -> {
            try (Directory slash = Directory.open(Path.of("/"))) {
                slash.makeDirectories(root.toAbsolutePath().toString(), Links.IN_ROOT, 0700)
                        .close();
            }
            return new ImageStore(root.toAbsolutePath(), registries, limits, clock);
        });
    }

    @Override
    public List<Image> all() {
        return workshop.catalog().all();
    }

    @Override
    public Optional<Image> find(String reference) {
        return lookup.find(reference);
    }

    @Override
    public Image resolve(String reference) {
        return lookup.resolve(reference);
    }

    /// {@inheritDoc}
    ///
    /// Each blob is read and digested once in the life of this process, when it is stored or first asked for here.
    /// After that, one look at its inode tells whether it was touched since (size, both times, inode number), and
    /// then it is read again. The unpacked layers are not digested; only root can reach them.
    @Override
    public void requireWhole(Image image) {
        Failures.told("image " + image.id().shortHex(), () -> {
            workshop.blobs().requireWhole(image.manifest());
            workshop.blobs().requireWhole(image.id());
            image.layers().forEach(layer -> workshop.blobs().requireWhole(layer.blob()));
        });
    }

    /// {@inheritDoc}
    ///
    /// A layer that hides everything below it is the bottom one here. A layer whose directory got lost is unpacked
    /// again.
    @Override
    public List<Path> layerDirectories(Image image) {
        return Failures.told("image " + image.id().shortHex(), () -> {
            var directories = new ArrayList<Path>();
            for (Image.Layer each : image.layers()) {
                var blob = new Descriptor(each.mediaType(), each.blob(), each.blobSize());
                if (workshop.unpack(blob, each.diffId()).opaqueRoot()) {
                    directories.clear();
                }
                directories.add(workshop.layers().path(each.diffId()));
            }
            return List.copyOf(directories);
        });
    }

    @Override
    public FileOwners owners(Image image) {
        layerDirectories(image);
        return Failures.told(
                "image " + image.id().shortHex(),
                () -> FileOwners.of(image.layers().stream()
                        .map(layer -> workshop.layers().owners(layer.diffId()))
                        .toList()));
    }

    @Override
    public Image pull(ImageName name, Optional<String> platform, Credentials credentials, Progress progress) {
        var puller = new Puller(workshop, name, platform.map(Platform::parse), progress);
        try (Remote remote = registries.open(name, credentials)) {
            return Failures.told("pulling " + name.familiar(), () -> puller.pull(remote));
        }
    }

    @Override
    public Image importTar(InputStream tar, Optional<ImageName> name, List<String> changes, String message) {
        if (name.flatMap(ImageName::digest).isPresent()) {
            throw new ImageException(Reason.INVALID, "cannot import digest reference");
        }
        return working(lease -> new TarImporter(workshop, lease, clock.instant().truncatedTo(ChronoUnit.MICROS))
                .make(tar, name, changes, message));
    }

    @Override
    public List<Loaded> load(InputStream archive, Progress progress) {
        return working(lease -> {
            ArchiveFiles files = ArchiveFiles.read(archive, workshop.blobs(), lease);
            return new ArchiveLoader(workshop, files, lease, progress).load();
        });
    }

    private interface Work<T> {
        T with(Leases.Lease lease);
    }

    private <T> T working(Work<T> work) {
        Leases.Lease lease = workshop.leases().open();
        try {
            return Failures.told("image store", () -> work.with(lease));
        } finally {
            workshop.close(lease);
        }
    }

    @Override
    public void save(List<String> references, OutputStream archive) {
        if (references.isEmpty()) {
            throw new ImageException(Reason.INVALID, "no image to save");
        }
        Leases.Lease lease = workshop.leases().open();
        try {
            Map<Digest, Set<ImageName>> wanted = new LinkedHashMap<>();
            for (String reference : references) {
                select(reference, wanted);
            }
            var items = new ArrayList<ArchiveWriter.Item>();
            wanted.forEach((id, names) -> items.add(item(lookup.resolve(id.toString()), names, lease)));
            Failures.told("saving images", () -> new ArchiveWriter(workshop.blobs()).write(items, archive));
        } finally {
            workshop.close(lease);
        }
    }

    /// A repository without a tag stands for all its tags, as with Docker.
    private void select(String reference, Map<Digest, Set<ImageName>> wanted) {
        Optional<Image> found = lookup.find(reference);
        if (found.isPresent() && Lookup.byId(found.get(), reference)) {
            wanted.computeIfAbsent(found.get().id(), _ -> new LinkedHashSet<>());
            return;
        }
        ImageName name = Lookup.parse(reference);
        boolean whole = name.tag().isEmpty() && name.digest().isEmpty();
        boolean any = false;
        for (Image image : whole ? all() : List.of(lookup.resolve(reference))) {
            for (ImageName tag : ArchiveWriter.tags(image.tags())) {
                boolean same = tag.familiarRepository().equals(name.familiarRepository());
                if (whole ? same : tag.equals(name)) {
                    wanted.computeIfAbsent(image.id(), _ -> new LinkedHashSet<>())
                            .add(tag);
                    any = true;
                }
            }
        }
        if (!any) {
            wanted.computeIfAbsent(lookup.resolve(reference).id(), _ -> new LinkedHashSet<>());
        }
    }

    private ArchiveWriter.Item item(Image image, Set<ImageName> names, Leases.Lease lease) {
        lease.hold(image.id());
        lease.hold(image.manifest());
        image.layers().forEach(layer -> lease.hold(layer.blob()));
        String type = ""; // the manifest says it itself, or its shape does
        return new ArchiveWriter.Item(
                CatalogRecords.entry(image.id(), image.manifest(), type, workshop.blobs()), names);
    }

    @Override
    public void tag(Image image, ImageName name) {
        if (name.digest().isPresent()) {
            throw new ImageException(Reason.INVALID, "refusing to create a tag with a digest reference");
        }
        workshop.catalog().name(name.withDefaultTag(), image.id());
    }

    /// {@inheritDoc}
    ///
    /// Images here have no parents, so `prune` has nothing to do beyond the image itself.
    @Override
    public List<Removal> remove(String reference, boolean force, boolean prune, Predicate<Digest> inUse) {
        var remover = new Remover(workshop.catalog(), lookup, inUse);
        remover.remove(reference, force);
        return remover.done();
    }

    @Override
    public Pruned prune(boolean all, Predicate<Image> matches, Predicate<Digest> inUse) {
        var remover = new Remover(workshop.catalog(), lookup, inUse);
        for (Image image : all()) {
            boolean dangling = image.tags().isEmpty();
            if ((all || dangling) && matches.test(image) && !inUse.test(image.id())) {
                remover.prune(image);
            }
        }
        return new Pruned(remover.done(), remover.bytes());
    }

    @Override
    public void close() {
        records.close();
        workshop.layers().close();
        workshop.blobs().close();
        temp.close();
        lock.close();
    }
}
