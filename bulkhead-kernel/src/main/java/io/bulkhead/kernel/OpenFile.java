package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What an open file carries besides its bytes. No name is resolved here, so nothing can be swapped in between.
///
/// The order counts for a new file: chown clears set-id bits and file capabilities, so the owner comes first.
public final class OpenFile {

    private static final int PERMISSIONS = 0xFFF;
    private static final long NANOS = 1_000_000_000L;
    private static final long NO_ID = 0xFFFF_FFFFL;

    private OpenFile() {}

    public static void changeOwner(Fd file, long uid, long gid) {
        requireIds(uid, gid);
        Calls.check(Calls.syscall(Sys.FCHOWN, file.number(), uid, gid), "fchown");
    }

    public static void changeMode(Fd file, int mode) {
        Calls.check(Calls.syscall(Sys.FCHMOD, file.number(), mode & PERMISSIONS), "fchmod");
    }

    /// Sets both times, in nanoseconds since 1970.
    public static void setTimes(Fd file, long atimeNs, long mtimeNs) {
        try (Arena arena = Arena.ofConfined()) {
            long times = times(arena, atimeNs, mtimeNs).address();
            Calls.check(Calls.syscall(Sys.UTIMENSAT, file.number(), 0, times, 0), "utimensat");
        }
    }

    public static void setXattr(Fd file, String xattr, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            long bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, value).address();
            long key = Calls.text(arena, xattr).address();
            long result = Calls.syscall(Sys.FSETXATTR, file.number(), key, bytes, value.length, 0);
            Calls.check(result, "setxattr", xattr);
        }
    }

    /// Makes the file's bytes survive a power cut; its name does when the directory is synced too.
    public static void sync(Fd file) {
        Calls.check(Calls.restarting(Sys.FSYNC, file.number()), "fsync");
    }

    static void truncate(Fd file, long length) {
        Calls.check(Calls.restarting(Sys.FTRUNCATE, file.number(), length), "ftruncate");
    }

    static void skip(Fd file, long bytes) {
        int fromHere = 1;
        Calls.check(Calls.syscall(Sys.LSEEK, file.number(), bytes, fromHere), "lseek");
    }

    /// 4294967295 would mean "leave as it is", which no caller can want by accident.
    static void requireIds(long uid, long gid) {
        if (uid < 0 || uid >= NO_ID || gid < 0 || gid >= NO_ID) {
            throw new IllegalArgumentException("owner " + uid + ":" + gid + " is no id");
        }
    }

    /// The two struct timespec of utimensat(2).
    static MemorySegment times(Arena arena, long atimeNs, long mtimeNs) {
        MemorySegment times = arena.allocate(ValueLayout.JAVA_LONG, 4);
        times.setAtIndex(ValueLayout.JAVA_LONG, 0, Math.floorDiv(atimeNs, NANOS));
        times.setAtIndex(ValueLayout.JAVA_LONG, 1, Math.floorMod(atimeNs, NANOS));
        times.setAtIndex(ValueLayout.JAVA_LONG, 2, Math.floorDiv(mtimeNs, NANOS));
        times.setAtIndex(ValueLayout.JAVA_LONG, 3, Math.floorMod(mtimeNs, NANOS));
        return times;
    }
}
