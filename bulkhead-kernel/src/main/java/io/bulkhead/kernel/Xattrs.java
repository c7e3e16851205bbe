package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Extended attributes of one name, through its magic link in /proc: that leads to exactly the pinned file, and stops
/// there even if it is a symbolic link.
final class Xattrs {

    /// XATTR_SIZE_MAX and XATTR_LIST_MAX.
    private static final int LIMIT = 65_536;

    private Xattrs() {}

    static void set(Fd directory, String name, String xattr, byte[] value) {
        try (Arena arena = Arena.ofConfined();
                Fd file = pin(directory, name)) {
            long path = Calls.text(arena, Opening.self(file).toString()).address();
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, value);
            long key = Calls.text(arena, xattr).address();
            long result = Calls.syscall(Sys.SETXATTR, path, key, bytes.address(), value.length, 0);
            Calls.check(result, "setxattr " + FileNames.printable(xattr), name);
        }
    }

    static byte[] value(Fd directory, String name, String xattr) {
        try (Arena arena = Arena.ofConfined();
                Fd file = pin(directory, name)) {
            long path = Calls.text(arena, Opening.self(file).toString()).address();
            MemorySegment bytes = arena.allocate(LIMIT);
            long key = Calls.text(arena, xattr).address();
            long result = Calls.syscall(Sys.GETXATTR, path, key, bytes.address(), LIMIT);
            long length = Calls.check(result, "getxattr " + FileNames.printable(xattr), name);
            return bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    static List<String> names(Fd directory, String name) {
        try (Arena arena = Arena.ofConfined();
                Fd file = pin(directory, name)) {
            long path = Calls.text(arena, Opening.self(file).toString()).address();
            MemorySegment bytes = arena.allocate(LIMIT);
            long length = Calls.check(Calls.syscall(Sys.LISTXATTR, path, bytes.address(), LIMIT), "listxattr", name);
            return split(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static Fd pin(Fd directory, String name) {
        return Opening.open(directory.number(), name, Sys.O_PATH | Sys.O_NOFOLLOW, 0);
    }

    private static List<String> split(byte[] names) {
        var list = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                list.add(FileNames.decode(Arrays.copyOfRange(names, start, i)));
                start = i + 1;
            }
        }
        return list;
    }
}
