package io.bulkhead.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/// Plain blocking streams over a descriptor. Closing the stream closes the descriptor. The cause of an [IOException] is
/// the [KernelException] with the error number.
///
/// A read from an empty blocking pipe pins a virtual thread's carrier until something comes: use [#parkingInput] for
/// pipes that may stay silent. Closing does not wake a reader.
public final class FileChannels {

    private static final int CHUNK = 64 * 1024;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    private FileChannels() {}

    public static InputStream input(Fd fd) {
        return new Input(fd);
    }

    public static OutputStream output(Fd fd) {
        return new Output(fd);
    }

    /// As [#input], but a thread that waits for something to read parks, so that a virtual thread keeps no carrier.
    /// Makes the descriptor a non-blocking one; for pipes and sockets.
    public static InputStream parkingInput(Fd fd) {
        long flags = Calls.check(Calls.syscall(Sys.FCNTL, fd.number(), F_GETFL, 0), "fcntl F_GETFL");
        Calls.check(Calls.syscall(Sys.FCNTL, fd.number(), F_SETFL, flags | Sys.O_NONBLOCK), "fcntl F_SETFL");
        return new Input(fd);
    }

    /// For a new file: blocks of zeros become holes. The file has its length after a flush.
    public static OutputStream sparseOutput(Fd fd) {
        return new SparseOutput(fd, output(fd));
    }

    /// @throws KernelException (EFBIG) if there is more than `maxBytes`
    static byte[] readAtMost(Fd file, int maxBytes, String what) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] content = new byte[0];
            MemorySegment chunk = arena.allocate(CHUNK);
            while (true) {
                int length = (int)
                        Calls.check(Calls.restarting(Sys.READ, file.number(), chunk.address(), CHUNK), "read", what);
                if (length == 0) {
                    return content;
                }
                if (length > maxBytes - content.length) {
                    throw new KernelException(
                            "read " + FileNames.printable(what) + ", larger than " + maxBytes + " bytes", Errno.EFBIG);
                }
                int old = content.length;
                content = Arrays.copyOf(content, old + length);
                MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, 0, content, old, length);
            }
        }
    }

    static long read(Fd file, MemorySegment buffer, long length) throws InterruptedIOException {
        return moving(Sys.READ, file, buffer.address(), length, Readiness.toRead(file));
    }

    /// Reads or writes once, waiting where the descriptor is a non-blocking one.
    private static long moving(int call, Fd file, long address, long length, Readiness readiness)
            throws InterruptedIOException {
        long result = Calls.restarting(call, file.number(), address, length);
        while (result == -Errno.EAGAIN) {
            readiness.await();
            result = Calls.restarting(call, file.number(), address, length);
        }
        return result;
    }

    private static IOException io(String call, long result) {
        var cause = new KernelException(call, (int) -result);
        return new IOException(cause.getMessage(), cause);
    }

    private static final class Input extends InputStream {

        private final Fd fd;

        Input(Fd fd) {
            this.fd = fd;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            try (Arena arena = Arena.ofConfined()) {
                int wanted = Math.min(length, CHUNK);
                MemorySegment chunk = arena.allocate(wanted);
                long result = FileChannels.read(fd, chunk, wanted);
                if (result < 0) {
                    throw io("read", result);
                }
                MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, 0, bytes, offset, (int) result);
                return result == 0 ? -1 : (int) result;
            }
        }

        @Override
        public void close() {
            fd.close();
        }
    }

    private static final class Output extends OutputStream {

        private final Fd fd;

        Output(Fd fd) {
            this.fd = fd;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment chunk = arena.allocate(Math.max(1, Math.min(length, CHUNK)));
                int done = 0;
                while (done < length) {
                    int wanted = Math.min(length - done, CHUNK);
                    MemorySegment.copy(bytes, offset + done, chunk, ValueLayout.JAVA_BYTE, 0, wanted);
                    done += writeOnce(chunk, wanted);
                }
            }
        }

        private int writeOnce(MemorySegment chunk, int wanted) throws IOException {
            long result = moving(Sys.WRITE, fd, chunk.address(), wanted, Readiness.toWrite(fd));
            if (result < 0) {
                throw io("write", result);
            }
            return (int) result;
        }

        @Override
        public void close() {
            fd.close();
        }
    }
}
