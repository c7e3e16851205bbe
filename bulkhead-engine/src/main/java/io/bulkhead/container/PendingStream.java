package io.bulkhead.container;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// The standard streams of a container that does not run yet: whoever reads or writes waits until it does, and then
/// gets all of its output from the first byte.
final class PendingStream implements StdioStream {

    private final CompletableFuture<Optional<StdioStream>> started = new CompletableFuture<>();
    private final boolean tty;
    private final MonitorStream.Input input;

    PendingStream(boolean tty, MonitorStream.Input input) {
        this.tty = tty;
        this.input = input;
    }

    /// A stream at its end.
    static StdioStream ended(boolean tty) {
        var ended = new PendingStream(tty, MonitorStream.Input.NONE);
        ended.abandon();
        return ended;
    }

    MonitorStream.Input input() {
        return input;
    }

    /// Called once before the container's program begins.
    ///
    /// @return false when the client has gone meanwhile: then `stream` is not used
    boolean begin(StdioStream stream) {
        return started.complete(Optional.of(stream));
    }

    /// It will not start.
    void abandon() {
        started.complete(Optional.empty());
    }

    private Optional<StdioStream> await() throws IOException {
        try {
            return started.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the container to start");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public boolean tty() {
        return tty;
    }

    @Override
    public Optional<Chunk> read() throws IOException {
        Optional<StdioStream> stream = await();
        return stream.isEmpty() ? Optional.empty() : stream.get().read();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        StdioStream stream = await().orElseThrow(() -> new IOException("the container did not start"));
        stream.write(bytes, offset, length);
    }

    @Override
    public void closeInput() throws IOException {
        Optional<StdioStream> stream = await();
        if (stream.isPresent()) {
            stream.get().closeInput();
        }
    }

    @Override
    public void close() {
        started.complete(Optional.empty());
        started.join().ifPresent(StdioStream::close);
    }
}
