package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What statx(2) says about a file. `mode` holds the permission, set-id and sticky bits without the type; `device` is
/// the file system's, `major` and `minor` are those of a device node (0 otherwise).
public record FileStat(
        FileType type,
        int mode,
        long uid,
        long gid,
        long size,
        long device,
        long inode,
        long links,
        long mtimeNs,
        int major,
        int minor) {

    private static final int SIZE = 256;
    private static final int BASIC_STATS = 0x7FF;
    private static final long NANOS = 1_000_000_000L;

    /// @throws KernelException if there is no such file
    static FileStat at(int directory, String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(SIZE, 8);
            long path = Calls.text(arena, name).address();
            long result = Calls.syscall(
                    Sys.STATX, directory, path, flags | Sys.AT_SYMLINK_NOFOLLOW, BASIC_STATS, stat.address());
            Calls.check(result, "statx", name);
            return read(stat);
        }
    }

    public static FileStat of(Fd file) {
        return at(file.number(), "", Sys.AT_EMPTY_PATH);
    }

    /// The offsets of struct statx, the same on every architecture.
    private static FileStat read(MemorySegment stat) {
        int mode = stat.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF;
        return new FileStat(
                FileType.ofMode(mode),
                mode & 0xFFF,
                word(stat, 20),
                word(stat, 24),
                stat.get(ValueLayout.JAVA_LONG, 40),
                word(stat, 136) << 32 | word(stat, 140),
                stat.get(ValueLayout.JAVA_LONG, 32),
                word(stat, 16),
                stat.get(ValueLayout.JAVA_LONG, 112) * NANOS + word(stat, 120),
                (int) word(stat, 128),
                (int) word(stat, 132));
    }

    private static long word(MemorySegment stat, long offset) {
        return Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, offset));
    }
}
