package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Looks at and changes the files of a tree that its owner may be changing meanwhile, hundreds of thousands of
/// them.
///
/// Each is pinned by its name in a directory that is open, never through a link, and judged and changed by that
/// pin: a name that is exchanged in between takes nobody anywhere. A directory is opened by its path beneath the
/// root, and neither links nor mounts are on it. A reader belongs to one thread; its memory is reused for every
/// call.
public final class TreeReader implements AutoCloseable {

    private static final int RESOLVE_BENEATH = 0x08;
    private static final int RESOLVE = Links.REFUSE.resolve() | RESOLVE_BENEATH | Opening.NO_XDEV;

    private static final int BUFFER = 64 * 1024;
    private static final int RECORD_LENGTH = 16;
    private static final int NAME = 19;
    private static final int STAT_SIZE = 256;
    private static final int STAT_MASK = 0x7FF | 0x800 | 0x1000; // basic, STATX_BTIME, STATX_MNT_ID
    private static final int STAT_BORN = 0x800;
    private static final int STAT_MOUNT = 0x1000;
    private static final long NANOS = 1_000_000_000L;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = Calls.state(arena);
    private final MemorySegment names = arena.allocate(BUFFER, 8);
    private final MemorySegment stat = arena.allocate(STAT_SIZE, 8);
    private final MemorySegment empty = Calls.text(arena, "");
    private final Fd root;
    private long named;
    private long namedEnd;

    /// @param root stays the caller's
    public TreeReader(Fd root) {
        this.root = root;
    }

    /// The root itself, pinned once more: a directory or a single file.
    public PinnedEntry root() {
        long pin = Calls.syscall(Sys.FCNTL, root.number(), 1030, 0); // F_DUPFD_CLOEXEC
        return look((int) Calls.check(pin, "fcntl"));
    }

    /// Gives every entry of a directory, pinned; what takes it releases it. Its name is [#name] meanwhile.
    ///
    /// @param path beneath the root, empty for the root
    /// @return false if nothing is read: it is gone, no directory any more, or behind a link or a mount by now
    /// @throws KernelException (ENAMETOOLONG) if the path is longer than the kernel takes
    public boolean read(String path, Consumer<PinnedEntry> visitor) {
        long opened = Opening.openat2(root.number(), path, Sys.O_RDONLY | Sys.O_DIRECTORY, 0, RESOLVE);
        if (gone(opened) || opened == -Errno.EXDEV) {
            return false;
        }
        try (Fd directory = new Fd((int) Calls.check(opened, "open", path))) {
            long filled;
            do {
                filled = Calls.syscall(state, Sys.GETDENTS64, directory.number(), names.address(), BUFFER, 0, 0);
                if (filled == -Errno.ENOENT) {
                    return true;
                }
                Calls.check(filled, "getdents64", path);
                visit(directory, filled, visitor);
            } while (filled > 0);
            return true;
        }
    }

    private void visit(Fd directory, long filled, Consumer<PinnedEntry> visitor) {
        for (long at = 0; at < filled; ) {
            int length = names.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + RECORD_LENGTH) & 0xFFFF;
            long name = at + NAME;
            if (!dots(name)) {
                Optional<PinnedEntry> pinned = pin(directory, names.address() + name);
                named = name;
                namedEnd = at + length;
                pinned.ifPresent(visitor);
            }
            at += length;
        }
    }

    private boolean dots(long name) {
        return names.get(ValueLayout.JAVA_BYTE, name) == '.'
                && (names.get(ValueLayout.JAVA_BYTE, name + 1) == 0
                        || (names.get(ValueLayout.JAVA_BYTE, name + 1) == '.'
                                && names.get(ValueLayout.JAVA_BYTE, name + 2) == 0));
    }

    /// The name of the entry that is being given: made on demand, since most are never asked for.
    public String name() {
        long to = named;
        while (to < namedEnd && names.get(ValueLayout.JAVA_BYTE, to) != 0) {
            to++;
        }
        return FileNames.decode(names.asSlice(named, to - named).toArray(ValueLayout.JAVA_BYTE));
    }

    /// One component in an open directory: with O_NOFOLLOW nothing is followed, and O_PATH opens nothing.
    private Optional<PinnedEntry> pin(Fd directory, long name) {
        int flags = Sys.O_PATH | Sys.O_NOFOLLOW | Sys.O_CLOEXEC;
        long pin = Calls.syscall(state, Sys.OPENAT, directory.number(), name, flags, 0, 0);
        if (gone(pin)) {
            return Optional.empty();
        }
        return Optional.of(look((int) Calls.check(pin, "open an entry")));
    }

    /// Pins one file again, by its path beneath the root; empty if there is none, or links or mounts are on the
    /// path.
    public Optional<PinnedEntry> pin(String path) {
        long pin = Opening.openat2(root.number(), path, Sys.O_PATH | Sys.O_NOFOLLOW, 0, RESOLVE);
        if (gone(pin) || pin == -Errno.EXDEV) {
            return Optional.empty();
        }
        return Optional.of(look((int) Calls.check(pin, "open", path)));
    }

    private PinnedEntry look(int pin) {
        long result =
                Calls.syscall(state, Sys.STATX, pin, empty.address(), Sys.AT_EMPTY_PATH, STAT_MASK, stat.address());
        if (result < 0) {
            Calls.close(pin);
            Calls.check(result, "statx");
        }
        int has = stat.get(ValueLayout.JAVA_INT, 0);
        if ((has & STAT_MOUNT) == 0) {
            Calls.close(pin);
            // Without it a file that is a mount point cannot be told from its neighbours.
            throw new KernelException("statx tells no mount", Errno.EOPNOTSUPP);
        }
        return new PinnedEntry(
                pin,
                stat.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF,
                word(20),
                word(24),
                word(136) << 32 | word(140),
                stat.get(ValueLayout.JAVA_LONG, 32),
                word(16),
                (has & STAT_BORN) == 0 ? 0 : stat.get(ValueLayout.JAVA_LONG, 80) * NANOS + word(88),
                stat.get(ValueLayout.JAVA_LONG, 144));
    }

    private long word(long offset) {
        return Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, offset));
    }

    /// Gives the pinned file another owner. The kernel takes set-id bits and file capabilities away.
    ///
    /// @throws KernelException with the file's path as it is now
    public void changeOwner(PinnedEntry entry, long uid, long gid) {
        OpenFile.requireIds(uid, gid);
        long result = Calls.syscall(state, Sys.FCHOWNAT, entry.pin(), empty.address(), uid, gid, Sys.AT_EMPTY_PATH);
        if (result < 0) {
            Calls.check(result, "chown", where(entry));
        }
    }

    private static String where(PinnedEntry entry) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + entry.pin()))
                    .toString();
        } catch (java.io.IOException _) {
            return "inode " + entry.inode();
        }
    }

    /// To be called once for each entry, by any thread.
    public static void release(PinnedEntry entry) {
        Calls.close(entry.pin());
    }

    private static boolean gone(long result) {
        return result == -Errno.ENOENT || result == -Errno.ENOTDIR || result == -Errno.ELOOP || result == -Errno.ESTALE;
    }

    @Override
    public void close() {
        arena.close();
    }
}
