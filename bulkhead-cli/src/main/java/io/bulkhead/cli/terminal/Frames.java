package io.bulkhead.cli.terminal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A container's output without a terminal: frames of an eight-byte head (stream, three zeros, length) and bytes.
public final class Frames {

    private static final int STDERR = 2;
    private static final int SYSTEM_ERROR = 3;

    private Frames() {}

    /// Copies until the end, flushing each frame.
    ///
    /// @throws IOException also with the daemon's words, where it says that something went wrong
    public static void copy(InputStream input, OutputStream out, OutputStream err) throws IOException {
        byte[] head = new byte[8];
        byte[] buffer = new byte[32 * 1024];
        while (true) {
            int got = input.readNBytes(head, 0, head.length);
            if (got == 0) {
                return;
            }
            if (got < head.length) {
                throw new EOFException("the daemon's stream ends within a frame");
            }
            long length =
                    (head[4] & 0xFFL) << 24 | (head[5] & 0xFFL) << 16 | (head[6] & 0xFFL) << 8 | (head[7] & 0xFFL);
            switch (head[0]) {
                case 0, 1 -> frame(input, out, length, buffer);
                case STDERR -> frame(input, err, length, buffer);
                case SYSTEM_ERROR -> {
                    byte[] message = input.readNBytes((int) Math.min(length, buffer.length));
                    throw new IOException("error from daemon in stream: "
                            + new String(message, java.nio.charset.StandardCharsets.UTF_8));
                }
                default -> throw new IOException("the daemon's stream has no frame where one should be");
            }
        }
    }

    private static void frame(InputStream input, OutputStream output, long length, byte[] buffer) throws IOException {
        long left = length;
        while (left > 0) {
            int count = input.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException("the daemon's stream ends within a frame");
            }
            output.write(buffer, 0, count);
            left -= count;
        }
        output.flush();
    }
}
