package io.bulkhead.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a client sends, between the event loop that puts it in and the one handler thread that reads it. More is
/// asked of the connection only when nothing is left here, so a handler that does not read stops a client that
/// sends.
///
/// `this` guards the fields.
final class Incoming extends InputStream {

    /// Some 292 years: raw connections may be silent for as long as they like.
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private final Runnable askForMore;
    private final long patienceNanos;
    private final long beginning = System.nanoTime();
    private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>();
    private boolean ended;
    private boolean closed;
    private @Nullable IOException failure;
    private long limitNanos = Long.MAX_VALUE;

    /// @param askForMore called without a lock, perhaps more than once, when a reader has to wait
    Incoming(Runnable askForMore) {
        this(askForMore, FOR_EVER);
    }

    /// @param patience how long a reader waits for the next bytes
    Incoming(Runnable askForMore, Duration patience) {
        this.askForMore = askForMore;
        this.patienceNanos = patience.toNanos();
    }

    /// From now on, reading waits no longer than until `limit` is over.
    synchronized void endWithin(Duration limit) {
        limitNanos = System.nanoTime() - beginning + limit.toNanos();
    }

    /// Takes the buffer over.
    synchronized void offer(ByteBuf chunk) {
        if (closed || ended || failure != null || !chunk.isReadable()) {
            chunk.release();
            return;
        }
        chunks.add(chunk);
        notifyAll();
    }

    /// Nothing more comes; what came can still be read.
    synchronized void end() {
        if (failure == null) {
            ended = true;
            notifyAll();
        }
    }

    /// Nothing more comes, and that is an error once what came has been read. Has no effect after the end.
    synchronized void fail(IOException reason) {
        if (!ended) {
            failure = reason;
            notifyAll();
        }
    }

    /// Whether all there will be has come, read or not.
    synchronized boolean complete() {
        return ended;
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
        while (true) {
            int read = readNow(bytes, offset, length);
            if (read != 0) {
                return read;
            }
            askForMore.run();
            awaitChange();
        }
    }

    @Override
    public synchronized int available() {
        return chunks.stream().mapToInt(ByteBuf::readableBytes).sum();
    }

    /// Drops what was not read, and what still comes.
    @Override
    public synchronized void close() {
        closed = true;
        chunks.forEach(ByteBuf::release);
        chunks.clear();
        notifyAll();
    }

    /// Reads what is here; 0 if there is nothing yet, -1 at the end.
    private synchronized int readNow(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        ByteBuf chunk = chunks.peek();
        if (chunk == null) {
            if (failure != null) {
                throw failure;
            }
            return ended ? -1 : 0;
        }
        int read = Math.min(length, chunk.readableBytes());
        chunk.readBytes(bytes, offset, read);
        if (!chunk.isReadable()) {
            chunks.remove();
            chunk.release();
        }
        return read;
    }

    private synchronized void awaitChange() throws IOException {
        long begin = System.nanoTime();
        try {
            while (chunks.isEmpty() && !ended && !closed && failure == null) {
                long now = System.nanoTime();
                long left = Math.min(patienceNanos - (now - begin), limitNanos - (now - beginning));
                if (left <= 0) {
                    throw new SlowBodyException();
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading from the client");
        }
    }
}
