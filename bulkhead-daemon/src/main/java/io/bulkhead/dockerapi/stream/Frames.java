package io.bulkhead.dockerapi.stream;

import io.bulkhead.container.Containers.Stream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Writes output as Docker's clients expect it: with a terminal as it is, otherwise with eight bytes before every chunk
/// that say which stream it is of and how long (API reference, "Stream format").
public final class Frames {

    static final int HEADER = 8;

    private final OutputStream out;
    private final boolean raw;

    public Frames(OutputStream out, boolean tty) {
        this.out = out;
        this.raw = tty;
    }

    public void write(Stream stream, byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return;
        }
        // One write, because every write is sent at once.
        out.write(raw ? bytes : framed(stream, bytes));
    }

    static byte[] framed(Stream stream, byte[] bytes) {
        byte kind = switch (stream) {
            case STDOUT -> 1;
            case STDERR -> 2;
        };
        return ByteBuffer.allocate(HEADER + bytes.length)
                .put(kind)
                .put(new byte[3])
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }
}
