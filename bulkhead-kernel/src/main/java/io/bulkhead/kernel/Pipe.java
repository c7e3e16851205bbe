package io.bulkhead.kernel;

/// Both ends of a pipe.
public record Pipe(Fd read, Fd write) implements AutoCloseable {
    @Override
    public void close() {
        read.close();
        write.close();
    }
}
