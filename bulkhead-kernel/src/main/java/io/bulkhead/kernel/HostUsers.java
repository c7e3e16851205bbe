package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/// The users and groups this host knows, from whatever nsswitch.conf(5) names: files, a directory service.
public final class HostUsers {

    /// `pw_uid` of `struct passwd` and `gr_gid` of `struct group`: both stand behind two pointers.
    private static final long ID = 2 * Long.BYTES;

    private static final int RECORD = 64;
    private static final int FIRST_BUFFER = 4 << 10;
    private static final int LAST_BUFFER = 4 << 20;

    private static final MemorySegment USER = Calls.function("getpwnam_r");
    private static final MemorySegment GROUP = Calls.function("getgrnam_r");

    private HostUsers() {}

    /// A user's id, if there is such a user (getpwnam_r(3)).
    ///
    /// @throws KernelException when nobody can say, for example because a directory service does not answer
    public static OptionalLong user(String name) {
        return id(USER, name);
    }

    /// A group's id, if there is such a group (getgrnam_r(3)).
    ///
    /// @throws KernelException when nobody can say
    public static OptionalLong group(String name) {
        return id(GROUP, name);
    }

    /// A group with many members needs a large buffer.
    private static OptionalLong id(MemorySegment function, String name) {
        for (int size = FIRST_BUFFER; size <= LAST_BUFFER; size *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment record = arena.allocate(RECORD, 8);
                MemorySegment buffer = arena.allocate(size);
                MemorySegment found = arena.allocate(ValueLayout.ADDRESS);
                int error = (int) Calls.call(
                                function,
                                arena.allocateFrom(name).address(),
                                record.address(),
                                buffer.address(),
                                size,
                                found.address())
                        .value();
                if (found.get(ValueLayout.JAVA_LONG, 0) != 0) {
                    return OptionalLong.of(Integer.toUnsignedLong(record.get(ValueLayout.JAVA_INT, ID)));
                }
                if (error != Errno.ERANGE) {
                    return absent(name, error);
                }
            }
        }
        throw new KernelException("entry of " + name, Errno.ERANGE);
    }

    /// The manual page has several errors that all mean "not found", besides none.
    private static OptionalLong absent(String name, int error) {
        if (error == 0 || error == Errno.ENOENT || error == Errno.ESRCH || error == Errno.EPERM) {
            return OptionalLong.empty();
        }
        throw new KernelException("entry of " + name, error);
    }
}
