package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Brings `lo` up in a network namespace.
final class Loopback {

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int IFREQ = 40;
    private static final int FLAGS = 16;
    private static final short IFF_UP = 1;

    private Loopback() {}

    static void up(Fd network) {
        try {
            NetworkVisit.run(network, () -> {
                raise();
                return true;
            });
        } catch (KernelException failure) {
            throw new KernelException("loopback of a network namespace", failure.errno());
        }
    }

    private static void raise() {
        long socket = Calls.check(Calls.syscall(Sys.SOCKET, AF_INET, SOCK_DGRAM_CLOEXEC, 0), "socket");
        try (Fd fd = new Fd((int) socket);
                Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ, 8);
            MemorySegment.copy(Calls.text(arena, "lo"), 0, request, 0, 2);
            Calls.check(Calls.syscall(Sys.IOCTL, fd.number(), SIOCGIFFLAGS, request.address()), "SIOCGIFFLAGS");
            short flags = request.get(ValueLayout.JAVA_SHORT, FLAGS);
            request.set(ValueLayout.JAVA_SHORT, FLAGS, (short) (flags | IFF_UP));
            Calls.check(Calls.syscall(Sys.IOCTL, fd.number(), SIOCSIFFLAGS, request.address()), "SIOCSIFFLAGS");
        }
    }
}
