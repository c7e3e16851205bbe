package io.bulkhead.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// Writes a new file and leaves holes where whole writes of a block or more are zeros.
final class SparseOutput extends OutputStream {

    private static final int BLOCK = 4096;

    private final Fd fd;
    private final OutputStream data;
    private long length;
    private long stated;

    SparseOutput(Fd fd, OutputStream data) {
        this.fd = fd;
        this.data = data;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        int at = offset;
        int end = offset + count;
        while (at < end) {
            int next = Math.min(end, at + BLOCK);
            boolean hole = next - at == BLOCK && zeros(bytes, at, next);
            while (next < end && hole == (end - next >= BLOCK && zeros(bytes, next, next + BLOCK))) {
                next = Math.min(end, next + BLOCK);
            }
            if (hole) {
                OpenFile.skip(fd, next - at);
            } else {
                data.write(bytes, at, next - at);
            }
            at = next;
        }
        length += count;
    }

    private static boolean zeros(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /// Gives the file its length, since a hole at the end is no write.
    @Override
    public void flush() throws IOException {
        if (stated == length) {
            return;
        }
        try {
            OpenFile.truncate(fd, length);
            stated = length;
        } catch (KernelException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    @Override
    public void close() throws IOException {
        try (data) {
            flush();
        }
    }
}
