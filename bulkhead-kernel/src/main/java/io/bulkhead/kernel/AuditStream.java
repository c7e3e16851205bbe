package io.bulkhead.kernel;

import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The kernel's records of refused system calls, as they are made: type AUDIT_SECCOMP of netlink's audit family,
/// read from the multicast group that journald reads too (linux/audit.h, AUDIT_NLGRP_READLOG). It works whether or
/// not auditd runs and whether or not auditing is enabled; only filters that log (`SECCOMP_FILTER_FLAG_LOG`), and
/// kills, make records. Needs CAP_AUDIT_READ, and the initial network namespace or an ancestor in it.
///
/// One thread reads. [#close] ends it.
public final class AuditStream implements AutoCloseable {

    private static final int RAW_NONBLOCK_CLOEXEC = 3 | 0x800 | 0x80000;
    private static final int READLOG = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int HEADER = 16;
    private static final int AUDIT_SECCOMP = 1326;

    /// A container that does nothing but be refused fills it in about a second, while the reader is kept waiting.
    private static final int QUEUE = 64 * 1024 * 1024;

    /// The kernel's longest record, MAX_AUDIT_MESSAGE_LENGTH.
    private static final int LONGEST = 8970;

    private final Fd socket;
    private final Thread thread;
    private volatile boolean closed;

    private AuditStream(Fd socket, Reader reader) {
        this.socket = socket;
        this.thread = Thread.ofPlatform().daemon().name("audit-stream").unstarted(() -> run(reader));
    }

    /// Takes what comes, on the reading thread; must return soon.
    public interface Reader {
        /// The text of one record, without its type: `audit(SECONDS:SERIAL): auid=... uid=... pid=... comm="..."
        /// exe="..." sig=0 arch=c000003e syscall=79 ...`. Names in it are a container's choice. The bytes are
        /// used again after the call.
        void record(byte[] text, int length);

        /// Records were dropped, since they came faster than they were read.
        void lost();
    }

    /// @throws KernelException EPERM without CAP_AUDIT_READ or a way into the initial network namespace,
    /// EPROTONOSUPPORT if the kernel has no auditing
    public static AuditStream open(Reader reader) {
        Fd socket = InitialNetwork.run(AuditStream::socket);
        try {
            prepare(socket);
        } catch (RuntimeException failure) {
            socket.close();
            throw failure;
        }
        var stream = new AuditStream(socket, reader);
        stream.thread.start();
        return stream;
    }

    private static Fd socket() {
        long made = Calls.syscall(Sys.SOCKET, Netlink.AF_NETLINK, RAW_NONBLOCK_CLOEXEC, Netlink.AUDIT);
        return new Fd((int) Calls.check(made, "audit socket"));
    }

    private static void prepare(Fd socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment queue = arena.allocateFrom(ValueLayout.JAVA_INT, QUEUE);
            // Without CAP_NET_ADMIN the queue stays short, and records get lost sooner.
            long _ = Calls.syscall(
                    Sys.SETSOCKOPT, socket.number(), SOL_SOCKET, SO_RCVBUFFORCE, queue.address(), Integer.BYTES);
            MemorySegment address = arena.allocate(12, 4);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) Netlink.AF_NETLINK);
            address.set(ValueLayout.JAVA_INT, 8, READLOG);
            Calls.check(Calls.syscall(Sys.BIND, socket.number(), address.address(), 12), "audit bind");
        }
    }

    private void run(Reader reader) {
        try (Arena arena = Arena.ofConfined();
                socket) {
            var ready = Readiness.toRead(socket);
            MemorySegment buffer = arena.allocate(HEADER + LONGEST, 8);
            byte[] text = new byte[LONGEST];
            while (!closed) {
                long length =
                        Calls.restarting(Sys.RECVFROM, socket.number(), buffer.address(), buffer.byteSize(), 0, 0, 0);
                if (length == -Errno.EAGAIN) {
                    ready.await();
                } else if (length == -Errno.ENOBUFS) {
                    reader.lost();
                } else if (Calls.check(length, "audit receive") >= HEADER
                        && buffer.get(ValueLayout.JAVA_SHORT, 4) == AUDIT_SECCOMP) {
                    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, HEADER, text, 0, (int) length - HEADER);
                    reader.record(text, (int) length - HEADER);
                }
            }
        } catch (InterruptedIOException _) {
            // closed
        }
    }

    /// The reader sees no more once its current record is done.
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
