package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Sends single messages to Unix datagram sockets, which the JDK cannot: `$NOTIFY_SOCKET` (sd_notify(3)) is one.
public final class UnixDatagram {

    private static final int DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDTIMEO = 21;

    private UnixDatagram() {}

    /// Sends one message. Waits, holding its carrier thread, while the receiver's queue is full.
    ///
    /// @param address a path, or `@` and an abstract name
    /// @throws KernelException if nobody listens there, or the message is too long
    public static void send(String address, byte[] message) {
        send(address, message, 0);
    }

    /// As [#send(String, byte[])], but waits for so many seconds only.
    ///
    /// @throws KernelException EAGAIN if the receiver's queue was full all that time
    public static void send(String address, byte[] message, int seconds) {
        long made = Calls.check(Calls.syscall(Sys.SOCKET, UnixAddress.AF_UNIX, DGRAM | SOCK_CLOEXEC, 0), "socket");
        try (Fd socket = new Fd((int) made);
                Arena arena = Arena.ofConfined()) {
            UnixAddress target = address.startsWith("@")
                    ? UnixAddress.ofAbstract(arena, address.substring(1))
                    : UnixAddress.ofPath(arena, address);
            waitAtMost(socket, arena, seconds);
            MemorySegment bytes = arena.allocate(Math.max(1, message.length));
            MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
            long sent = Calls.restarting(
                    Sys.SENDTO,
                    socket.number(),
                    bytes.address(),
                    message.length,
                    MSG_NOSIGNAL,
                    target.address(),
                    target.length());
            Calls.check(sent, "send to", address);
        }
    }

    private static void waitAtMost(Fd socket, Arena arena, int seconds) {
        MemorySegment time = arena.allocate(16, 8);
        time.set(ValueLayout.JAVA_LONG, 0, seconds);
        Calls.check(
                Calls.syscall(Sys.SETSOCKOPT, socket.number(), SOL_SOCKET, SO_SNDTIMEO, time.address(), 16),
                "SO_SNDTIMEO");
    }
}
