package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileStat;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.kernel.Propagation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Mounts the image's layers, mapped and untouched, below the container's own writable directory.
///
/// Overlay options, each for a reason:
/// * `redirect_dir=nofollow,metacopy=off`: attributes in a layer that point to other files are never followed, should
///   one ever get past the unpacking;
/// * `index=off`: an upper directory is mounted again over new clones of its layers, which an index would refuse;
/// * `xino=off`: all is on one file system, whose inode numbers need no help;
/// * no `userxattr`: the host's root mounts it, so its marks are `trusted.*` and no container can forge one;
/// * no `volatile`: a database in a container relies on fsync.
///
/// The layers are given by descriptor, so that the container's mount table names no path of the host.
final class RootFilesystem {

    private static final String OPTIONS = "redirect_dir=nofollow,metacopy=off,index=off,xino=off";

    /// The option line is one page and a layer takes up to 19 characters of it. Docker stops at 125.
    private static final int MAX_LAYERS = 128;

    private static final int ROOT_MODE = 0755;
    private static final int PRIVATE_MODE = 0700;

    private final BundleRequest request;
    private final Undo undo;
    private final List<String> warnings;

    RootFilesystem(BundleRequest request, Undo undo, List<String> warnings) {
        this.request = request;
        this.undo = undo;
        this.warnings = warnings;
    }

    /// Mounts it on `target` and pins it.
    Directory mount(Path target) {
        if (request.layers().size() > MAX_LAYERS) {
            throw new BundleException(
                    Reason.UNSUPPORTED,
                    "the image has " + request.layers().size() + " layers, at most " + MAX_LAYERS + " can be mounted");
        }
        Path layers = request.directory().resolve("layers");
        if (idmapped()) {
            BundleDirectory.make(layers, PRIVATE_MODE, undo);
        }
        for (int i = 0; idmapped() && i < request.layers().size(); i++) {
            BundleDirectory.make(layers.resolve(Integer.toString(i)), PRIVATE_MODE, undo);
        }
        holdTogether();
        try (Undo opened = new Undo();
                Directory storage = Directory.open(request.storage())) {
            List<Fd> lowersTopFirst = lowers(storage, opened);
            makeWritable(storage, lowersTopFirst.getFirst());
            overlay(storage, lowersTopFirst, target);
        }
        return Directory.open(target);
    }

    /// Binds the bundle's directory to itself: everything mounted below then goes with one call. Each umount waits for
    /// all processors, some milliseconds, which an image of twenty layers should not pay twenty times.
    private void holdTogether() {
        try (Directory directory = Directory.open(request.directory());
                Fd tree = Mounts.clone(directory.fd(), false)) {
            Mounts.setPropagation(tree, Propagation.PRIVATE);
            Mounts.attach(tree, directory.fd());
        }
        undo.add(() -> Mounts.detach(request.directory()));
    }

    private boolean idmapped() {
        return request.userNamespace().isPresent() && request.runtime().idmappedLayers() && !maps().single();
    }

    private void overlay(Directory storage, List<Fd> lowersTopFirst, Path target) {
        try (Directory upper = storage.beneath("upper", Links.REFUSE);
                Directory work = storage.beneath("work", Links.REFUSE)) {
            List<Path> lowers =
                    lowersTopFirst.stream().map(RootFilesystem::self).toList();
            Mounts.overlay(lowers, self(upper.fd()), self(work.fd()), target, OPTIONS);
        }
    }

    private static Path self(Fd fd) {
        return Path.of("/proc/self/fd/" + fd.number());
    }

    private List<Fd> lowers(Directory storage, Undo opened) {
        if (request.layers().isEmpty()) {
            return List.of(emptyLayer(storage, opened));
        }
        if (request.userNamespace().isEmpty()) {
            return plain(opened);
        }
        return idmapped() ? idmapped(request.userNamespace().get(), opened) : List.of(shifted(storage, opened));
    }

    /// An image without layers is legal; an overlay without a lower directory is not.
    private static Fd emptyLayer(Directory storage, Undo opened) {
        if (!storage.exists("empty")) {
            storage.makeDirectory("empty", ROOT_MODE);
        }
        Directory empty = storage.beneath("empty", Links.REFUSE);
        opened.add(empty::close);
        return empty.fd();
    }

    private List<Fd> plain(Undo opened) {
        var lowers = new ArrayList<Fd>();
        for (Path layer : request.layers().reversed()) {
            Directory directory = Directory.open(layer);
            opened.add(directory::close);
            lowers.add(directory.fd());
        }
        return lowers;
    }

    /// A clone has to be attached somewhere before kernels older than 6.15 take it as a lower directory.
    private List<Fd> idmapped(Fd userNamespace, Undo opened) {
        Path attached = request.directory().resolve("layers");
        var lowers = new ArrayList<Fd>();
        for (Path layer : request.layers().reversed()) {
            Fd clone = Mounts.idmappedClone(layer, userNamespace, true);
            opened.add(clone::close);
            Mounts.attach(clone, attached.resolve(Integer.toString(lowers.size())));
            lowers.add(clone);
        }
        return lowers;
    }

    private IdMaps maps() {
        return request.idMaps().orElseThrow(() -> new IllegalArgumentException("a user namespace without a map"));
    }

    /// The slow way: for file systems and kernels without idmapped mounts, and for a container of one id, which those
    /// cannot give to files of several owners.
    private Fd shifted(Directory storage, Undo opened) {
        var copy = new ShiftedCopy(request, storage, maps());
        if (maps().single()) {
            warnings.add(
                    "the container has one id: the image was copied for it, with all files made that one's (a mode "
                            + "with an id for each owner, such as --userns=auto, avoids it)");
        } else {
            warnings.add(
                    "the storage has no idmapped mounts: the image was copied for this container, with its owners "
                            + "shifted (kernel 5.19 or newer with ext4, xfs, btrfs or tmpfs under the state directory avoids it)");
        }
        Directory copied = copy.make();
        opened.add(copied::close);
        return copied.fd();
    }

    /// The root of the merged tree is the upper directory itself, so that has to look like the image's root.
    private void makeWritable(Directory storage, Fd topLayer) {
        if (!storage.exists("upper")) {
            FileStat root = FileStat.of(topLayer);
            Owner owner = upperOwner(root);
            storage.makeDirectory("upper", root.mode());
            storage.changeOwner("upper", owner.uid(), owner.gid());
        }
        if (!storage.exists("work")) {
            Owner owner = Owner.ofRoot(request.idMaps());
            storage.makeDirectory("work", PRIVATE_MODE);
            storage.changeOwner("work", owner.uid(), owner.gid());
        }
    }

    /// Seen through the clone the owner is mapped already; an empty layer's is host root.
    private Owner upperOwner(FileStat root) {
        Optional<IdMaps> maps = request.idMaps();
        boolean mapped = maps.isEmpty()
                || (maps.get().users().containerId(root.uid()).isPresent()
                        && maps.get().groups().containerId(root.gid()).isPresent());
        return mapped ? new Owner(root.uid(), root.gid()) : Owner.ofRoot(maps);
    }
}
