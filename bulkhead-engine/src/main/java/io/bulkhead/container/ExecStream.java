package io.bulkhead.container;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The streams of an exec, whose output ends only when its exit code is known: clients ask for it as soon as there is
/// no more output, and take a process that has none yet for one that ended well.
final class ExecStream implements StdioStream {

    private final StdioStream stream;
    private final CompletableFuture<Integer> exitCode;
    private final CompletableFuture<Integer> left = new CompletableFuture<>();

    ExecStream(StdioStream stream, CompletableFuture<Integer> exitCode) {
        this.stream = stream;
        this.exitCode = exitCode;
    }

    @Override
    public boolean tty() {
        return stream.tty();
    }

    @Override
    public Optional<Chunk> read() throws IOException {
        Optional<Chunk> chunk = stream.read();
        if (chunk.isEmpty()) {
            Object _ = CompletableFuture.anyOf(exitCode, left).join();
        }
        return chunk;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        stream.write(bytes, offset, length);
    }

    @Override
    public void closeInput() throws IOException {
        stream.closeInput();
    }

    @Override
    public void close() {
        left.complete(0);
        stream.close();
    }
}
