package io.bulkhead.layer;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileStat;
import io.bulkhead.kernel.FileType;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.OpenFile;
import io.bulkhead.layer.LayerException.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The directory a layer is unpacked into. Every name is made in a directory that the kernel opened beneath the root
/// without following any link, so that it cannot be anywhere else.
///
/// Whiteouts (OCI image spec, layer.md) become what overlayfs reads: a character device 0/0, or an attribute on the
/// directory that hides what is below.
final class LayerTree implements AutoCloseable {

    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final byte[] YES = {'y'};
    private static final int MISSING_PARENT_MODE = 0755;

    private final Directory root;

    /// Entries of one directory come together; its pin is kept until another is needed.
    private @Nullable Directory parent;

    private String parentPath = "";
    private boolean opaqueRoot;

    LayerTree(Directory root) {
        this.root = root;
    }

    boolean opaqueRoot() {
        return opaqueRoot;
    }

    /// The directory an entry goes into; what is missing of it is made, as every engine does. Not the caller's to
    /// close.
    Directory parent(LayerPath path) {
        if (parent != null && parentPath.equals(path.parent())) {
            return parent;
        }
        close();
        Directory opened = open(path.parent());
        parent = opened;
        parentPath = path.parent();
        return opened;
    }

    private Directory open(String path) {
        try {
            return root.beneath(path, Links.REFUSE);
        } catch (KernelException failure) {
            if (failure.errno() == Errno.ENOENT) {
                return root.makeDirectories(path, Links.REFUSE, MISSING_PARENT_MODE);
            }
            throw failure;
        }
    }

    /// Makes a directory, or takes the one that is there: a later entry may give it other attributes.
    Directory directory(LayerPath path, int mode) {
        if (path.root()) {
            return root.beneath(LayerPath.ROOT, Links.REFUSE);
        }
        Directory in = parent(path);
        Optional<FileStat> there = stat(in, path.name());
        boolean hidden = there.isPresent() && whiteout(there.get());
        if (there.isPresent() && there.get().type() != FileType.DIRECTORY) {
            in.removeFile(path.name());
        }
        if (there.isEmpty() || there.get().type() != FileType.DIRECTORY) {
            in.makeDirectory(path.name(), mode);
        }
        if (hidden) {
            // The layer took the name away and made it anew: nothing of the layers below may shine through.
            in.setXattr(path.name(), OPAQUE, YES);
        }
        return in.beneath(path.name(), Links.REFUSE);
    }

    Fd file(LayerPath path) {
        return makeRoom(path).createFile(path.name(), 0600);
    }

    void symlink(LayerPath path, String target, TarHeader header) {
        Directory in = makeRoom(path);
        in.symlink(target, path.name());
        in.changeOwner(path.name(), header.uid(), header.gid());
        in.setTimes(path.name(), header.mtimeNs(), header.mtimeNs());
    }

    void fifo(LayerPath path, TarHeader header) {
        Directory in = makeRoom(path);
        in.makeNode(path.name(), FileType.FIFO, header.mode(), 0, 0);
        in.changeOwner(path.name(), header.uid(), header.gid());
        in.changeMode(path.name(), header.mode());
        in.setTimes(path.name(), header.mtimeNs(), header.mtimeNs());
    }

    void hardLink(LayerPath path, LayerPath existing) {
        if (existing.root() || existing.equals(path)) {
            throw new LayerException(
                    Reason.MALFORMED, TarReader.shown(path.toString()) + ": a hard link to itself or /");
        }
        Directory in = makeRoom(path);
        in.hardLinkFrom(root, existing.toString(), path.name());
        if (whiteout(in.stat(path.name()))) {
            in.removeFile(path.name());
            throw new LayerException(
                    Reason.MALFORMED, TarReader.shown(path.toString()) + ": a hard link to something removed");
        }
    }

    /// Hides a name of the layers below.
    void remove(LayerPath path) {
        Directory in = parent(path);
        Optional<FileStat> there = stat(in, path.name());
        if (there.isEmpty()) {
            in.makeNode(path.name(), FileType.CHARACTER_DEVICE, 0, 0, 0);
        } else if (there.get().type() == FileType.DIRECTORY) {
            // Whiteouts speak of the layers below, so what this layer has itself stays.
            in.setXattr(path.name(), OPAQUE, YES);
        }
    }

    /// Hides everything the layers below have in a directory.
    void removeBelow(LayerPath marker) {
        parent(marker).setXattr(LayerPath.ROOT, OPAQUE, YES);
        opaqueRoot |= marker.parent().equals(LayerPath.ROOT);
    }

    /// Sets the times of a directory, which making things in it changed. One that was replaced since is left alone.
    void setTimes(String path, long mtimeNs) {
        try (Directory directory = root.beneath(path, Links.REFUSE)) {
            OpenFile.setTimes(directory.fd(), mtimeNs, mtimeNs);
        } catch (KernelException gone) {
            if (gone.errno() != Errno.ENOENT && gone.errno() != Errno.ENOTDIR && gone.errno() != Errno.ELOOP) {
                throw gone;
            }
        }
    }

    /// A later entry of the same name replaces an earlier one.
    private Directory makeRoom(LayerPath path) {
        if (path.root()) {
            throw new LayerException(Reason.MALFORMED, "the root of the layer is no directory");
        }
        Directory in = parent(path);
        Optional<FileStat> there = stat(in, path.name());
        if (there.isPresent()) {
            in.removeTree(path.name());
        }
        return in;
    }

    private static Optional<FileStat> stat(Directory in, String name) {
        try {
            return Optional.of(in.stat(name));
        } catch (KernelException missing) {
            if (missing.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw missing;
        }
    }

    private static boolean whiteout(FileStat stat) {
        return stat.type() == FileType.CHARACTER_DEVICE;
    }

    @Override
    public void close() {
        if (parent != null) {
            parent.close();
            parent = null;
        }
    }
}
