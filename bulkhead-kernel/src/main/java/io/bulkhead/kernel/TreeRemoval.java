package io.bulkhead.kernel;

import java.lang.foreign.Arena;

/// Removes a tree by descriptors, never by path.
///
/// A container can nest directories without end (the path limit does not bind somebody who changes directory), which
/// would use up descriptors and stack: a directory found too deep is moved up to the top of the tree and removed from
/// there.
final class TreeRemoval {

    private static final int DEEPEST = 100;
    private static final int RESOLVE = Links.REFUSE.resolve() | Opening.NO_XDEV;

    private final Fd parent;
    private long moved;

    TreeRemoval(Fd parent) {
        this.parent = parent;
    }

    void remove(String name) {
        long unlinked = unlink(parent, name, 0);
        if (unlinked == 0 || unlinked == -Errno.ENOENT) {
            return;
        }
        if (!isDirectory(parent, name, unlinked)) {
            Calls.check(unlinked, "unlink", name);
        }
        removeDirectory(name);
    }

    private void removeDirectory(String name) {
        try (Fd top = Opening.open(parent.number(), name, Sys.O_DIRECTORY, RESOLVE)) {
            long before;
            do {
                before = moved;
                clear(top, top, 0);
            } while (moved != before);
        }
        long removed = unlink(parent, name, Sys.AT_REMOVEDIR);
        if (removed != -Errno.ENOENT) {
            Calls.check(removed, "rmdir", name);
        }
    }

    private void clear(Fd directory, Fd top, int depth) {
        Listing.inBatches(directory, names -> names.forEach(name -> clearEntry(directory, name, top, depth)));
    }

    private void clearEntry(Fd directory, String name, Fd top, int depth) {
        long result = unlink(directory, name, 0);
        if (isDirectory(directory, name, result)) {
            clearDirectory(directory, name, top, depth);
        } else if (result != -Errno.ENOENT) {
            Calls.check(result, "unlink", name);
        }
    }

    /// What `unlink` answered. POSIX lets it be EPERM for a directory; on Linux that is an immutable file as well.
    private static boolean isDirectory(Fd directory, String name, long unlinked) {
        return unlinked == -Errno.EISDIR
                || (unlinked == -Errno.EPERM
                        && FileStat.at(directory.number(), name, 0).type() == FileType.DIRECTORY);
    }

    private void clearDirectory(Fd directory, String name, Fd top, int depth) {
        if (unlink(directory, name, Sys.AT_REMOVEDIR) == 0) {
            return;
        }
        if (depth >= DEEPEST) {
            moveUp(directory, name, top);
            return;
        }
        long opened = Opening.openat2(directory.number(), name, Sys.O_DIRECTORY, 0, RESOLVE);
        if (opened == -Errno.ENOENT) {
            return;
        }
        try (Fd below = new Fd((int) Calls.check(opened, "open", name))) {
            clear(below, top, depth + 1);
        }
        long removed = unlink(directory, name, Sys.AT_REMOVEDIR);
        if (removed != -Errno.ENOENT) {
            Calls.check(removed, "rmdir", name);
        }
    }

    private void moveUp(Fd directory, String name, Fd top) {
        try (Arena arena = Arena.ofConfined()) {
            moved++;
            long from = Calls.text(arena, name).address();
            long to = Calls.text(arena, ".bulkhead-removing-" + System.nanoTime() + "-" + moved)
                    .address();
            long result = Calls.syscall(Sys.RENAMEAT2, directory.number(), from, top.number(), to, 0);
            Calls.check(result, "rename", name);
        }
    }

    private static long unlink(Fd directory, String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return Calls.syscall(
                    Sys.UNLINKAT, directory.number(), Calls.text(arena, name).address(), flags);
        }
    }
}
