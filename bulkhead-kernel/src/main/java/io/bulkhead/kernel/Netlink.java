package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Consumer;

/// A netlink(7) socket to one part of the kernel. It belongs to the network namespace it was made in, whoever uses
/// it
/// later. The kernel has answered by the time the request is sent, so nothing here waits.
final class Netlink implements AutoCloseable {

    static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    static final int ROUTE = 0;
    static final int AUDIT = 9;
    static final int NETFILTER = 12;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final long PATIENCE_SECONDS = 5;
    private static final int HEADER = 16;
    private static final int BUFFER = 64 * 1024;

    private final Fd socket;

    private Netlink(Fd socket) {
        this.socket = socket;
    }

    static Netlink in(Optional<Fd> network, int part) {
        return new Netlink(network.isPresent() ? NetworkVisit.run(network.get(), () -> open(part)) : open(part));
    }

    private static Fd open(int part) {
        long result = Calls.syscall(Sys.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, part);
        return new Fd((int) Calls.check(result, "netlink socket"));
    }

    /// Has the kernel do each message and reads what they ask it to acknowledge.
    /// @param what for the message of the exception, in the order of those
    /// @throws KernelException for the first that failed
    void request(NetlinkMessage message, String... what) {
        send(message, what[0]);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            int acknowledged = 0;
            while (acknowledged < message.acknowledgements()) {
                ByteBuffer received = receive(buffer, what[acknowledged]);
                while (received.remaining() >= HEADER + Integer.BYTES) {
                    var header = NetlinkMessage.Header.at(received);
                    int error = received.getInt(received.position() + HEADER);
                    if (header.type() != NLMSG_ERROR || error != 0) {
                        throw new KernelException(
                                what[acknowledged], header.type() == NLMSG_ERROR ? -error : Errno.EIO);
                    }
                    acknowledged++;
                    received.position(received.position() + header.padded(received.remaining()));
                }
            }
        }
    }

    /// Asks one question whose answer is one message.
    /// @return the answer after its header
    ByteBuffer ask(NetlinkMessage question, String what) {
        send(question, what);
        try (Arena arena = Arena.ofConfined()) {
            return answer(receive(arena.allocate(BUFFER, 8), what), what);
        }
    }

    /// As [#ask], but the answer is sent by a thread of the kernel's: waits for it.
    ByteBuffer askAndWait(NetlinkMessage question, String what) {
        try (Arena arena = Arena.ofConfined()) {
            waitAtMost(arena, PATIENCE_SECONDS);
            send(question, what);
            return answer(receive(arena.allocate(BUFFER, 8), 0, what), what);
        }
    }

    private static ByteBuffer answer(ByteBuffer received, String what) {
        var header = NetlinkMessage.Header.at(received);
        if (header.type() == NLMSG_ERROR) {
            throw new KernelException(what, -received.getInt(HEADER));
        }
        byte[] answer = new byte[header.length() - HEADER];
        received.get(HEADER, answer);
        return ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
    }

    /// Asks one question whose answer is any number of messages and an end, sent by a thread of the kernel's: waits
    /// for them.
    /// @param each gets what follows a message's header
    void list(NetlinkMessage question, String what, Consumer<ByteBuffer> each) {
        try (Arena arena = Arena.ofConfined()) {
            waitAtMost(arena, PATIENCE_SECONDS);
            send(question, what);
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            boolean more = true;
            while (more) {
                more = pass(receive(buffer, 0, what), what, each);
            }
        }
    }

    /// @return whether the end is still to come
    private static boolean pass(ByteBuffer received, String what, Consumer<ByteBuffer> each) {
        while (received.remaining() >= HEADER) {
            var header = NetlinkMessage.Header.at(received);
            ByteBuffer content = received.slice(received.position() + HEADER, header.length() - HEADER)
                    .order(ByteOrder.nativeOrder());
            if (header.type() == NLMSG_DONE) {
                return false;
            }
            if (header.type() == NLMSG_ERROR) {
                Calls.check(content.getInt(0), what);
            } else {
                each.accept(content);
            }
            received.position(received.position() + header.padded(received.remaining()));
        }
        return true;
    }

    private void waitAtMost(Arena arena, long seconds) {
        MemorySegment time = arena.allocateFrom(ValueLayout.JAVA_LONG, seconds, 0);
        Calls.check(
                Calls.syscall(Sys.SETSOCKOPT, socket.number(), SOL_SOCKET, SO_RCVTIMEO, time.address(), 16),
                "netlink receive time-out");
    }

    private void send(NetlinkMessage message, String what) {
        byte[] bytes = message.finished();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            Calls.check(Calls.restarting(Sys.SENDTO, socket.number(), copy.address(), bytes.length, 0, 0, 0), what);
        }
    }

    private ByteBuffer receive(MemorySegment buffer, String what) {
        return receive(buffer, MSG_DONTWAIT, what);
    }

    private ByteBuffer receive(MemorySegment buffer, int flags, String what) {
        long length = Calls.restarting(Sys.RECVFROM, socket.number(), buffer.address(), buffer.byteSize(), flags, 0, 0);
        Calls.check(length, what);
        return buffer.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        socket.close();
    }
}
