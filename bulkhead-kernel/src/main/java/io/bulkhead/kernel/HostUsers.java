package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private static final MemorySegment GROUPS = Calls.function("getgrouplist");

    private HostUsers() {}

    /// A user with all groups.
    public record Account(long uid, long gid, List<Long> groups) {
        public Account {
            groups = List.copyOf(groups);
        }
    }

    /// A user by name, if there is such a user (getgrouplist(3)).
    ///
    /// @throws KernelException when nobody can say
    public static Optional<Account> account(String name) {
        return entry(USER, name)
                .map(user -> account(name, Integer.toUnsignedLong(user.id()), Integer.toUnsignedLong(user.gid())));
    }

    private static Account account(String name, long uid, long gid) {
        for (int most = 64; most <= 65_536; most *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment groups = arena.allocate(ValueLayout.JAVA_INT, most);
                MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, most);
                MemorySegment text = arena.allocateFrom(name);
                int found = (int) Calls.call(GROUPS, text.address(), gid, groups.address(), count.address())
                        .value();
                if (found >= 0) {
                    var ids = new ArrayList<Long>();
                    for (int i = 0; i < found; i++) {
                        ids.add(Integer.toUnsignedLong(groups.getAtIndex(ValueLayout.JAVA_INT, i)));
                    }
                    return new Account(uid, gid, ids);
                }
            }
        }
        throw new KernelException("groups of " + name, Errno.ERANGE);
    }

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
        Optional<Entry> entry = entry(function, name);
        return entry.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Integer.toUnsignedLong(entry.get().id()));
    }

    /// @param gid of a user; nothing for a group
    private record Entry(int id, int gid) {}

    private static Optional<Entry> entry(MemorySegment function, String name) {
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
                    return Optional.of(
                            new Entry(record.get(ValueLayout.JAVA_INT, ID), record.get(ValueLayout.JAVA_INT, ID + 4)));
                }
                if (error != Errno.ERANGE) {
                    return absent(name, error);
                }
            }
        }
        throw new KernelException("entry of " + name, Errno.ERANGE);
    }

    /// The manual page has several errors that all mean "not found", besides none.
    private static Optional<Entry> absent(String name, int error) {
        if (error == 0 || error == Errno.ENOENT || error == Errno.ESRCH || error == Errno.EPERM) {
            return Optional.empty();
        }
        throw new KernelException("entry of " + name, error);
    }
}
