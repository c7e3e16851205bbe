package io.bulkhead.layer;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileChannels;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.OpenFile;
import io.bulkhead.layer.LayerException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Unpacks one layer into an empty directory nobody else sees yet.
///
/// Duplicates replace each other as with every engine; an entry whose way leads through a link of the layer is refused
/// (CVE-2021-30465's kind), although some engines follow it inside. Nothing is synced: the caller does that once for
/// the
/// whole tree.
public final class LayerUnpacker {

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    /// aufs' own records, which every engine ignores.
    private static final String AUFS = ".wh..wh.";

    private final TarReader tar;
    private final LayerTree tree;
    private final LayerLimits limits;
    private final byte[] chunk = new byte[64 * 1024];
    private final Map<String, Long> directoryTimes = new LinkedHashMap<>();
    private final FileOwners.Tally owners = new FileOwners.Tally();
    private long directoryNames;
    private long bytes;
    private long entries;
    private int devices;
    private int xattrs;

    private LayerUnpacker(TarReader tar, LayerTree tree, LayerLimits limits) {
        this.tar = tar;
        this.tree = tree;
        this.limits = limits;
    }

    /// @param layer a tar, plain or compressed; closed at the end
    /// @param root what the layer's `/` becomes; on failure it holds whatever was made so far
    /// @throws LayerException naming the entry
    public static Unpacked unpack(InputStream layer, Directory root, LayerLimits limits) {
        try (TarReader tar = TarReader.open(layer, limits);
                LayerTree tree = new LayerTree(root)) {
            return new LayerUnpacker(tar, tree, limits).run();
        } catch (KernelException failure) {
            throw LayerException.making("unpacking", failure);
        }
    }

    private Unpacked run() {
        Optional<TarHeader> header = tar.next();
        while (header.isPresent()) {
            entries++;
            entry(header.get());
            header = tar.next();
        }
        directoryTimes.forEach(tree::setTimes);
        return new Unpacked(tar.finish(), bytes, entries, tree.opaqueRoot(), owners.owners(), devices, xattrs);
    }

    private void entry(TarHeader header) {
        LayerPath path = LayerPath.parse(header.name());
        try {
            if (path.name().startsWith(WHITEOUT)) {
                whiteout(path);
            } else {
                make(path, header);
            }
        } catch (KernelException failure) {
            throw LayerException.making(TarReader.shown(header.name()), failure);
        } catch (IOException failure) {
            throw new LayerException(
                    LayerException.full(failure) ? Reason.STORAGE_FULL : Reason.STORAGE,
                    TarReader.shown(header.name()) + ": " + failure.getMessage(),
                    failure);
        }
    }

    private void whiteout(LayerPath path) {
        if (path.name().equals(OPAQUE)) {
            tree.removeBelow(path);
        } else if (!path.name().startsWith(AUFS)) {
            LayerPath hidden = LayerPath.parse(
                    path.sibling(path.name().substring(WHITEOUT.length())).toString());
            if (hidden.root() || !hidden.parent().equals(path.parent())) {
                throw new LayerException(
                        Reason.MALFORMED, TarReader.shown(path.toString()) + ": a whiteout of no name");
            }
            tree.remove(hidden);
        }
    }

    private void make(LayerPath path, TarHeader header) throws IOException {
        switch (header.type()) {
            case FILE, DIRECTORY, SYMLINK, FIFO -> owners.add(header.uid(), header.gid());
            case HARD_LINK, DEVICE, OTHER -> {}
        }
        switch (header.type()) {
            case FILE -> file(path, header);
            case DIRECTORY -> directory(path, header);
            case SYMLINK -> tree.symlink(path, header.link(), header);
            case HARD_LINK -> tree.hardLink(path, LayerPath.parse(header.link()));
            case FIFO -> tree.fifo(path, header);
            case DEVICE -> devices++;
            case OTHER ->
                throw new LayerException(
                        Reason.MALFORMED, TarReader.shown(header.name()) + ": an entry of unknown type");
        }
    }

    private void file(LayerPath path, TarHeader header) throws IOException {
        Fd file = tree.file(path);
        try (OutputStream content = header.sparse() ? FileChannels.sparseOutput(file) : FileChannels.output(file)) {
            int read = tar.read(chunk);
            while (read >= 0) {
                content.write(chunk, 0, read);
                bytes += read;
                read = tar.read(chunk);
            }
            content.flush();
            OpenFile.changeOwner(file, header.uid(), header.gid());
            OpenFile.changeMode(file, header.mode());
            xattrs += LayerXattrs.set(file, header.xattrs());
            OpenFile.setTimes(file, header.mtimeNs(), header.mtimeNs());
        }
    }

    private void directory(LayerPath path, TarHeader header) {
        try (Directory made = tree.directory(path, header.mode())) {
            OpenFile.changeOwner(made.fd(), header.uid(), header.gid());
            OpenFile.changeMode(made.fd(), header.mode());
            xattrs += LayerXattrs.set(made.fd(), header.xattrs());
        }
        String name = path.toString();
        if (directoryTimes.put(name, header.mtimeNs()) == null) {
            directoryNames += name.length();
        }
        if (directoryNames > limits.nameBytes()) {
            throw new LayerException(
                    Reason.TOO_LARGE, "the names of the layer's directories are longer than " + limits.nameBytes());
        }
    }
}
