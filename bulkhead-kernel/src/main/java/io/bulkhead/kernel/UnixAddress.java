package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A `sockaddr_un` (unix(7)).
///
/// @param length how many bytes of it count; for an abstract name every one does
record UnixAddress(MemorySegment memory, int length) {

    static final int AF_UNIX = 1;

    private static final int FAMILY = 2;

    /// What `sun_path` holds; a path needs its NUL within that.
    static final int PATH = 108;

    /// @throws KernelException (ENAMETOOLONG)
    static UnixAddress ofPath(Arena arena, String path) {
        byte[] name = FileNames.encode(path);
        if (name.length >= PATH) {
            throw new KernelException("the socket " + FileNames.printable(path), Errno.ENAMETOOLONG);
        }
        return of(arena, name, FAMILY + name.length + 1);
    }

    /// A name that is in no file system.
    /// @throws KernelException (ENAMETOOLONG)
    static UnixAddress ofAbstract(Arena arena, String name) {
        byte[] bytes = FileNames.encode("\0" + name);
        if (bytes.length > PATH) {
            throw new KernelException("the socket @" + FileNames.printable(name), Errno.ENAMETOOLONG);
        }
        return of(arena, bytes, FAMILY + bytes.length);
    }

    private static UnixAddress of(Arena arena, byte[] name, int length) {
        MemorySegment memory = arena.allocate(FAMILY + PATH, 8);
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, memory, ValueLayout.JAVA_BYTE, FAMILY, name.length);
        return new UnixAddress(memory, length);
    }

    long address() {
        return memory.address();
    }
}
