package io.bulkhead.container;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/// An attached client's view of a process's standard streams. Reading and writing may happen on two threads.
public interface StdioStream extends Closeable {

    /// Whether the process has a terminal: then there is one output stream, unframed.
    boolean tty();

    /// The next bytes of output, waiting for them; empty at the end.
    Optional<Chunk> read() throws IOException;

    /// Sends to standard input.
    void write(byte[] bytes, int offset, int length) throws IOException;

    /// No more input: the process reads end-of-file, output goes on.
    void closeInput() throws IOException;

    /// Leaves; the process goes on. Wakes a waiting reader.
    @Override
    void close();

    record Chunk(Containers.Stream stream, byte[] bytes) {}
}
