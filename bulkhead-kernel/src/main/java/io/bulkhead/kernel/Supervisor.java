package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// What passes between a daemon and whoever supervises it that the JDK has no call for: inherited sockets
/// (sd_listen_fds(3)), notifications (sd_notify(3)), and signals that get their plain meaning back.
public final class Supervisor {

    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SUN_PATH = 108;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int FD_CLOEXEC = 1;
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;

    private Supervisor() {}

    /// Makes an inherited descriptor ours: close-on-exec and non-blocking.
    ///
    /// @throws KernelException (EINVAL) if it is not a listening unix stream socket
    public static void adoptListener(int descriptor) {
        boolean listener = option(descriptor, SO_DOMAIN) == AF_UNIX
                && option(descriptor, SO_TYPE) == SOCK_STREAM
                && option(descriptor, SO_ACCEPTCONN) == 1;
        if (!listener) {
            throw new KernelException("descriptor " + descriptor + ", no listening unix socket", Errno.EINVAL);
        }
        Calls.check(Calls.syscall(Sys.FCNTL, descriptor, F_SETFD, FD_CLOEXEC), "fcntl F_SETFD");
        long flags = Calls.check(Calls.syscall(Sys.FCNTL, descriptor, F_GETFL, 0), "fcntl F_GETFL");
        Calls.check(Calls.syscall(Sys.FCNTL, descriptor, F_SETFL, flags | Sys.O_NONBLOCK), "fcntl F_SETFL");
    }

    /// Sends one datagram to a unix socket.
    ///
    /// @param socket its path; one that begins with `@` is in the abstract name space, as `NOTIFY_SOCKET` writes it
    public static void notify(String socket, String message) {
        long opened = Calls.check(Calls.syscall(Sys.SOCKET, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0), "socket");
        try (Fd fd = new Fd((int) opened);
                Arena arena = Arena.ofConfined()) {
            byte[] name = FileNames.encode(socket);
            if (name.length == 0 || name.length >= SUN_PATH) {
                throw new KernelException("socket name of " + name.length + " bytes", Errno.EINVAL);
            }
            if (name[0] == '@') {
                name[0] = 0;
            }
            MemorySegment address = arena.allocate(2 + SUN_PATH, 8);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment payload = arena.allocate(Math.max(1, text.length));
            MemorySegment.copy(text, 0, payload, ValueLayout.JAVA_BYTE, 0, text.length);
            long sent = Calls.restarting(
                    Sys.SENDTO,
                    fd.number(),
                    payload.address(),
                    text.length,
                    MSG_NOSIGNAL,
                    address.address(),
                    2 + name.length);
            Calls.check(sent, "sendto " + socket);
        }
    }

    /// From now on SIGINT and SIGTERM end this process at once. The JVM runs its shutdown hooks on the first one
    /// and ignores every further one, so a shutdown that hangs could not be cut short.
    public static void endAtOnceOnNextSignal() {
        MemorySegment signal = Calls.function("signal");
        for (int number : new int[] {SIGINT, SIGTERM}) {
            Calls.Result old = Calls.call(signal, number, 0);
            if (old.value() == -1) {
                throw new KernelException("signal " + number, old.errno());
            }
        }
    }

    private static int option(int descriptor, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
            length.set(ValueLayout.JAVA_INT, 0, 4);
            Calls.check(
                    Calls.syscall(Sys.GETSOCKOPT, descriptor, SOL_SOCKET, option, value.address(), length.address()),
                    "getsockopt of descriptor " + descriptor);
            return value.get(ValueLayout.JAVA_INT, 0);
        }
    }
}
