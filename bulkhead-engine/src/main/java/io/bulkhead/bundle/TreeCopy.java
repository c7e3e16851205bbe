package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileChannels;
import io.bulkhead.kernel.FileStat;
import io.bulkhead.kernel.FileType;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/// Copies a tree with its owners, modes, times, links and attributes, every file by descriptor and no link followed.
/// Holes of sparse files are filled.
final class TreeCopy {

    /// Each level holds two descriptors open.
    private static final int DEEPEST = 128;

    private static final String CAPABILITY = "security.capability";
    private static final int CAPABILITY_V2 = 0x0200_0000;
    private static final int CAPABILITY_V3 = 0x0300_0000;
    private static final int CAPABILITY_REVISION = 0xFF00_0000;
    private static final int CAPABILITY_V2_SIZE = 20;

    private final LongUnaryOperator users;
    private final LongUnaryOperator groups;
    private final Optional<Long> capabilityRoot;
    private final Map<Long, String> linked = new HashMap<>();
    private final Directory target;

    private TreeCopy(
            LongUnaryOperator users, LongUnaryOperator groups, Optional<Long> capabilityRoot, Directory target) {
        this.users = users;
        this.groups = groups;
        this.capabilityRoot = capabilityRoot;
        this.target = target;
    }

    /// What turns one tree into another: `copy` may be used once per tree.
    interface Copier {
        void copy(Directory from, Directory to);
    }

    /// From container ids as an image has them to the host ids of one container. What belongs to an id the container
    /// does not have is nobody's; a container of one id has everything.
    static Copier outward(IdMaps maps) {
        Owner root = Owner.ofRoot(Optional.of(maps));
        long otherUser = maps.single() ? root.uid() : IdMaps.OVERFLOW_ID;
        long otherGroup = maps.single() ? root.gid() : IdMaps.OVERFLOW_ID;
        LongUnaryOperator users = id -> maps.users().hostId(id).orElse(otherUser);
        LongUnaryOperator groups = id -> maps.groups().hostId(id).orElse(otherGroup);
        return (from, to) -> new TreeCopy(users, groups, Optional.of(root.uid()), to).copyRoot(from);
    }

    /// From a container's mounted root back to container ids, as volumes keep them.
    static Copier inward(Optional<IdMaps> maps) {
        LongUnaryOperator users = id -> maps.map(ids -> inside(ids.users(), id)).orElse(id);
        LongUnaryOperator groups =
                id -> maps.map(ids -> inside(ids.groups(), id)).orElse(id);
        return (from, to) -> new TreeCopy(users, groups, Optional.empty(), to).copyRoot(from);
    }

    private static long inside(IdMap map, long id) {
        return map.containerId(id).orElse(IdMaps.OVERFLOW_ID);
    }

    private void copyRoot(Directory from) {
        copyEntries(from, target, "", 0);
        finish(from, from.stat("."), target, ".");
    }

    private void copyEntries(Directory from, Directory to, String path, int depth) {
        if (depth > DEEPEST) {
            throw new BundleException(
                    Reason.IMAGE_MALFORMED,
                    "`" + Names.shown(path) + "` is nested deeper than " + DEEPEST + " directories");
        }
        for (String name : from.list()) {
            copyEntry(from, to, name, path.isEmpty() ? name : path + "/" + name, depth);
        }
    }

    private void copyEntry(Directory from, Directory to, String name, String path, int depth) {
        FileStat stat = from.stat(name);
        if (stat.type() != FileType.DIRECTORY && stat.links() > 1) {
            String first = linked.putIfAbsent(stat.inode(), path);
            if (first != null) {
                to.hardLinkFrom(target, first, name);
                return;
            }
        }
        switch (stat.type()) {
            case DIRECTORY -> {
                to.makeDirectory(name, 0700);
                try (Directory below = from.beneath(name, Links.REFUSE);
                        Directory copy = to.beneath(name, Links.REFUSE)) {
                    copyEntries(below, copy, path, depth + 1);
                }
            }
            case REGULAR -> copyContent(from, to, name);
            case SYMLINK -> to.symlink(from.readLink(name), name);
            case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
                to.makeNode(name, stat.type(), stat.mode(), stat.major(), stat.minor());
        }
        finish(from, stat, to, name);
    }

    private static void copyContent(Directory from, Directory to, String name) {
        try (Fd source = from.openForRead(name, Links.REFUSE);
                Fd copy = to.createFile(name, 0600);
                InputStream in = FileChannels.input(source);
                OutputStream out = FileChannels.output(copy)) {
            in.transferTo(out);
        } catch (IOException failure) {
            throw BundleException.of("copy " + Names.shown(name), failure);
        }
    }

    private void copyXattrs(Directory from, Directory to, String name) {
        for (String xattr : from.xattrNames(name)) {
            boolean content = xattr.startsWith("user.") || xattr.equals(CAPABILITY);
            if (content) {
                byte[] value = from.getXattr(name, xattr);
                setXattr(to, name, xattr, xattr.equals(CAPABILITY) ? capability(value) : value);
            }
        }
    }

    private static void setXattr(Directory to, String name, String xattr, byte[] value) {
        try {
            to.setXattr(name, xattr, value);
        } catch (KernelException refused) {
            if (refused.errno() != Errno.EOPNOTSUPP) {
                throw refused;
            }
        }
    }

    /// A file capability holds in the user namespace of the root id it names (capabilities(7), version 3); without
    /// one, in the host's.
    private byte[] capability(byte[] value) {
        ByteBuffer old = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length < CAPABILITY_V2_SIZE) {
            return value;
        }
        int magic = old.getInt(0) & ~CAPABILITY_REVISION;
        if (capabilityRoot.isEmpty()) {
            byte[] plain = Arrays.copyOf(value, CAPABILITY_V2_SIZE);
            ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).putInt(0, magic | CAPABILITY_V2);
            return plain;
        }
        return ByteBuffer.wrap(Arrays.copyOf(value, CAPABILITY_V2_SIZE + Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, magic | CAPABILITY_V3)
                .putInt(CAPABILITY_V2_SIZE, (int) capabilityRoot.get().longValue())
                .array();
    }

    /// The owner first: changing it takes set-id bits and file capabilities away.
    private void finish(Directory from, FileStat stat, Directory to, String name) {
        to.changeOwner(name, users.applyAsLong(stat.uid()), groups.applyAsLong(stat.gid()));
        if (stat.type() != FileType.SYMLINK) {
            to.changeMode(name, stat.mode());
        }
        copyXattrs(from, to, name);
        to.setTimes(name, stat.mtimeNs(), stat.mtimeNs());
    }
}
