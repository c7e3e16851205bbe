package io.bulkhead.volume;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.FileStat;
import io.bulkhead.kernel.FileType;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/// Adds up a tree that a container may be changing meanwhile. Never follows a link, holds two descriptors at most, and
/// counts a file with several names once.
public final class TreeSize {

    /// Paths longer than the kernel takes are left out: a tree that deep is not honest.
    private static final int LONGEST_PATH = 4_000;

    private final Directory root;
    private final ArrayDeque<String> pending = new ArrayDeque<>();
    private final Set<Long> counted = new HashSet<>();
    private long bytes;

    public TreeSize(Directory root) {
        this.root = root;
    }

    public long bytes() {
        pending.push("");
        while (!pending.isEmpty()) {
            addDirectory(pending.pop());
        }
        return bytes;
    }

    private void addDirectory(String path) {
        try (Directory directory = root.beneath(path, Links.REFUSE)) {
            for (String name : directory.list()) {
                add(directory, path, name);
            }
        } catch (KernelException failure) {
            tolerate(failure);
        }
    }

    private void add(Directory directory, String path, String name) {
        try {
            FileStat stat = directory.stat(name);
            if (stat.type() == FileType.DIRECTORY) {
                String below = path.isEmpty() ? name : path + "/" + name;
                if (below.length() < LONGEST_PATH) {
                    pending.push(below);
                }
            } else if (stat.links() == 1 || counted.add(stat.inode())) {
                bytes += stat.size();
            }
        } catch (KernelException failure) {
            tolerate(failure);
        }
    }

    /// Gone or replaced since it was listed.
    private static void tolerate(KernelException failure) {
        int errno = failure.errno();
        if (errno != Errno.ENOENT && errno != Errno.ENOTDIR && errno != Errno.ELOOP && errno != Errno.ENAMETOOLONG) {
            throw failure;
        }
    }
}
