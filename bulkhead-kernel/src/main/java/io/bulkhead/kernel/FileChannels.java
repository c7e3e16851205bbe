package io.bulkhead.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/// Plain blocking streams over a descriptor. Closing the stream closes the descriptor.
///
/// A read from an empty pipe pins a virtual thread's carrier until something comes, and closing does not wake it: use
/// a platform thread for pipes that may stay silent.
public final class FileChannels {

    private static final int CHUNK = 64 * 1024;
    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;

    private FileChannels() {}

    public static InputStream input(Fd fd) {
        return new Input(fd);
    }

    public static OutputStream output(Fd fd) {
        return new Output(fd);
    }

    /// @throws KernelException (EFBIG) if there is more than `maxBytes`
    static byte[] readAtMost(Fd file, int maxBytes, String what) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] content = new byte[0];
            MemorySegment chunk = arena.allocate(CHUNK);
            while (true) {
                int length = (int) Calls.check(read(file, chunk, CHUNK), "read", what);
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

    static long read(Fd file, MemorySegment buffer, long length) {
        return moving(Sys.READ, file, buffer.address(), length, POLLIN);
    }

    /// Reads or writes once, waiting where the descriptor is a non-blocking one.
    private static long moving(int call, Fd file, long address, long length, int event) {
        long result = Calls.restarting(call, file.number(), address, length);
        while (result == -Errno.EAGAIN) {
            awaitReady(file, event);
            result = Calls.restarting(call, file.number(), address, length);
        }
        return result;
    }

    private static void awaitReady(Fd file, int event) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(ValueLayout.JAVA_INT, 0, file.number());
            poll.set(ValueLayout.JAVA_SHORT, 4, (short) event);
            Calls.check(Calls.restarting(Sys.PPOLL, poll.address(), 1, 0, 0, 0), "poll");
        }
    }

    private static IOException io(String call, long result) {
        return new IOException(call + ": " + Errno.describe((int) -result));
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
            long result = moving(Sys.WRITE, fd, chunk.address(), wanted, POLLOUT);
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
