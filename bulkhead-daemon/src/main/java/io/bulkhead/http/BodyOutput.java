package io.bulkhead.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.Function;

/// A stream to the client in pieces of a bounded size, each sent at once.
final class BodyOutput extends OutputStream {

    private static final int PIECE = 64 * 1024;

    private final Outgoing outgoing;
    private final Function<ByteBuf, Object> framed;
    private final Closing closing;
    private boolean closed;

    /// What ends the stream.
    @FunctionalInterface
    interface Closing {
        void close() throws IOException;
    }

    /// @param framed what is sent for a piece, for example an HTTP chunk
    BodyOutput(Outgoing outgoing, Function<ByteBuf, Object> framed, Closing closing) {
        this.outgoing = outgoing;
        this.framed = framed;
        this.closing = closing;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("the stream is closed");
        }
        for (int done = 0; done < length; done += PIECE) {
            int piece = Math.min(PIECE, length - done);
            outgoing.send(framed.apply(Unpooled.wrappedBuffer(bytes, offset + done, piece)));
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            closing.close();
        }
    }
}
