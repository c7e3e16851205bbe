package io.bulkhead.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// A connection to a Unix socket that keeps packet boundaries (SOCK_SEQPACKET), which the JDK does not have: conmon's
/// attach socket is one.
///
/// One thread may read while another writes. Both park while they wait, so virtual threads suit; [#close] wakes them.
public final class SeqPacketSocket implements AutoCloseable {

    /// The largest packet [#write] sends.
    public static final int MAX_PACKET = 8192;

    private static final int SEQPACKET = 5;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;
    private static final int F_DUPFD_CLOEXEC = 1030;

    /// A full backlog is the one thing that makes connecting wait, and nothing tells when it is over.
    private static final Duration BACKLOG_LIMIT = Duration.ofSeconds(10);

    private static final Duration BACKLOG_PAUSE = Duration.ofMillis(5);

    private final Fd reading;
    private final Fd writing;
    private final Readiness toRead;
    private final Readiness toWrite;
    private final Object lock = new Object();

    // Guarded by lock. The descriptors are closed by the last to leave: closed under a system call, their numbers
    // could stand for other files by the time the call is made.
    private int users;
    private boolean closed;

    private SeqPacketSocket(Fd reading, Fd writing) {
        this.reading = reading;
        this.writing = writing;
        this.toRead = Readiness.toRead(reading);
        this.toWrite = Readiness.toWrite(writing);
    }

    /// Connects to the socket at a path of any length. The last name may not be a symbolic link.
    /// @throws KernelException ENOENT when nothing is there, ECONNREFUSED when nobody listens
    public static SeqPacketSocket connect(Path path) {
        long made = Calls.syscall(Sys.SOCKET, UnixAddress.AF_UNIX, SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        Fd reading = new Fd((int) Calls.check(made, "socket"));
        try (Fd pinned = Opening.pin(path);
                Arena arena = Arena.ofConfined()) {
            // Through the pinned file, as a path of more than 107 bytes does not fit into an address.
            var address = UnixAddress.ofPath(arena, Opening.self(pinned).toString());
            Calls.check(connect(reading, address), "connect", path.toString());
            long copy = Calls.syscall(Sys.FCNTL, reading.number(), F_DUPFD_CLOEXEC, 0);
            return new SeqPacketSocket(reading, new Fd((int) Calls.check(copy, "fcntl F_DUPFD_CLOEXEC")));
        } catch (RuntimeException failure) {
            reading.close();
            throw failure;
        }
    }

    private static long connect(Fd socket, UnixAddress address) {
        long deadline = System.nanoTime() + BACKLOG_LIMIT.toNanos();
        while (true) {
            long result = Calls.restarting(Sys.CONNECT, socket.number(), address.address(), address.length());
            if (result != -Errno.EAGAIN || System.nanoTime() > deadline) {
                return result;
            }
            try {
                Thread.sleep(BACKLOG_PAUSE);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                return -Errno.EINTR;
            }
        }
    }

    /// The next packet, waiting for it.
    /// @return its length, or -1 at the end: this side has closed, or the peer has, be it before it ever accepted;
    /// an empty packet looks the same
    /// @throws IOException if it is larger than the buffer, since the kernel drops what does not fit
    public int read(byte[] buffer) throws IOException {
        if (!enter()) {
            return -1;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(Math.max(1, buffer.length));
            long length = receive(packet, buffer.length);
            while (length == -Errno.EAGAIN) {
                toRead.await();
                length = receive(packet, buffer.length);
            }
            if (length == -Errno.ECONNRESET) {
                return -1;
            }
            if (length < 0) {
                throw failure("receive", length);
            }
            if (length > buffer.length) {
                throw new IOException("a packet of " + length + " bytes, at most " + buffer.length + " were expected");
            }
            MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, 0, buffer, 0, (int) length);
            return length == 0 ? -1 : (int) length;
        } finally {
            leave();
        }
    }

    /// MSG_TRUNC as an argument asks for the packet's true length.
    private long receive(MemorySegment packet, int capacity) {
        return Calls.restarting(Sys.RECVFROM, reading.number(), packet.address(), capacity, MSG_TRUNC, 0, 0);
    }

    /// Sends the bytes as packets of at most [#MAX_PACKET], waiting while the peer does not read. Nothing is sent for
    /// no bytes: an empty packet would look like the end.
    /// @throws IOException once the peer or this side has closed
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (!enter()) {
            throw failure("send", -Errno.EPIPE);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(Math.max(1, Math.min(length, MAX_PACKET)));
            for (int done = 0; done < length; done += MAX_PACKET) {
                int size = Math.min(MAX_PACKET, length - done);
                MemorySegment.copy(bytes, offset + done, packet, ValueLayout.JAVA_BYTE, 0, size);
                send(packet, size);
            }
        } finally {
            leave();
        }
    }

    private void send(MemorySegment packet, int size) throws IOException {
        long sent = sendOnce(packet, size);
        while (sent == -Errno.EAGAIN) {
            toWrite.await();
            sent = sendOnce(packet, size);
        }
        if (sent < 0) {
            throw failure("send", sent);
        }
    }

    private long sendOnce(MemorySegment packet, int size) {
        return Calls.restarting(Sys.SENDTO, writing.number(), packet.address(), size, MSG_NOSIGNAL, 0, 0);
    }

    /// No more will be sent: the peer reads the end. Reading goes on.
    public void shutdownOutput() {
        if (enter()) {
            try {
                shutdown(SHUT_WR);
            } finally {
                leave();
            }
        }
    }

    @Override
    public void close() {
        if (!enter()) {
            return;
        }
        synchronized (lock) {
            closed = true;
        }
        // Wakes whoever waits; they read the end, or fail to write.
        shutdown(SHUT_RDWR);
        leave();
    }

    private void shutdown(int how) {
        long result = Calls.syscall(Sys.SHUTDOWN, writing.number(), how);
        if (result != -Errno.ENOTCONN) {
            Calls.check(result, "shutdown");
        }
    }

    private boolean enter() {
        synchronized (lock) {
            if (closed) {
                return false;
            }
            users++;
            return true;
        }
    }

    private void leave() {
        synchronized (lock) {
            users--;
            if (closed && users == 0) {
                reading.close();
                writing.close();
            }
        }
    }

    private static IOException failure(String call, long result) {
        return new IOException(call + ": " + Errno.describe((int) -result));
    }
}
