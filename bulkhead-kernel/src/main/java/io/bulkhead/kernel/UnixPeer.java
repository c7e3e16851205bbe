package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Who is at the other end of a connected unix socket, as the kernel noted when it was connected (`SO_PEERCRED` and
/// `SO_PEERGROUPS`, unix(7)).
///
/// @param pid 0 when the peer is in a pid namespace that cannot be seen from here
/// @param groups its supplementary groups
public record UnixPeer(int pid, long uid, long gid, List<Long> groups) {

    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SO_PEERGROUPS = 59;
    private static final int SO_PEERPIDFD = 77;
    private static final int UCRED = 12;
    private static final int FEW_GROUPS = 64;
    private static final short POLLIN = 0x01;
    private static final short POLLHUP = 0x10;
    private static final short POLLERR = 0x08;

    public UnixPeer {
        groups = List.copyOf(groups);
    }

    /// @param descriptor a connected unix socket that stays open during the call
    /// @throws KernelException if the kernel does not say: then nobody is there to be served
    public static UnixPeer of(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ucred = arena.allocate(UCRED, 4);
            long answer = option(arena, descriptor, SO_PEERCRED, ucred);
            if (answer != UCRED) {
                Calls.check(answer, "SO_PEERCRED");
                throw new KernelException("SO_PEERCRED of " + answer + " bytes", Errno.EINVAL);
            }
            return new UnixPeer(
                    ucred.get(ValueLayout.JAVA_INT, 0), id(ucred, 1), id(ucred, 2), groups(arena, descriptor));
        }
    }

    /// Whether the process that connected still runs, so that what `/proc` says of its pid is said of it and of no
    /// later one. A kernel before 6.5 cannot tell, and is taken to say yes: this is for notes, never for a
    /// decision.
    public static boolean runs(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            long answer = option(arena, descriptor, SO_PEERPIDFD, number);
            if (answer < 0) {
                return answer == -Errno.ENOPROTOOPT;
            }
            try (Fd process = new Fd(number.get(ValueLayout.JAVA_INT, 0))) {
                return (events(process.number(), POLLIN) & POLLIN) == 0;
            }
        }
    }

    /// Whether the other end is closed altogether, not only for writing: then nobody will read what is sent.
    public static boolean gone(int descriptor) {
        return (events(descriptor, (short) 0) & (POLLHUP | POLLERR)) != 0;
    }

    private static short events(int descriptor, short asked) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(ValueLayout.JAVA_INT, 0, descriptor);
            poll.set(ValueLayout.JAVA_SHORT, 4, asked);
            MemorySegment noWait = arena.allocate(16, 8);
            Calls.check(Calls.restarting(Sys.PPOLL, poll.address(), 1, noWait.address(), 0, 0), "poll");
            return poll.get(ValueLayout.JAVA_SHORT, 6);
        }
    }

    /// The kernel refuses a buffer that is too small (ERANGE) and says how large it should be.
    private static List<Long> groups(Arena arena, int descriptor) {
        MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, FEW_GROUPS);
        MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
        long answer = option(descriptor, SO_PEERGROUPS, ids, length);
        if (answer == -Errno.ERANGE) {
            ids = arena.allocate(length.get(ValueLayout.JAVA_INT, 0), 4);
            answer = option(descriptor, SO_PEERGROUPS, ids, length);
        }
        Calls.check(answer, "SO_PEERGROUPS");
        var groups = new ArrayList<Long>();
        for (int i = 0; i < length.get(ValueLayout.JAVA_INT, 0) / 4; i++) {
            groups.add(id(ids, i));
        }
        return groups;
    }

    private static long id(MemorySegment ids, int index) {
        return Integer.toUnsignedLong(ids.getAtIndex(ValueLayout.JAVA_INT, index));
    }

    /// The number of bytes the option has, or minus the errno.
    private static long option(Arena arena, int descriptor, int option, MemorySegment value) {
        MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
        long answer = option(descriptor, option, value, length);
        return answer < 0 ? answer : length.get(ValueLayout.JAVA_INT, 0);
    }

    private static long option(int descriptor, int option, MemorySegment value, MemorySegment length) {
        length.set(ValueLayout.JAVA_INT, 0, (int) value.byteSize());
        return Calls.syscall(Sys.GETSOCKOPT, descriptor, SOL_SOCKET, option, value.address(), length.address());
    }
}
