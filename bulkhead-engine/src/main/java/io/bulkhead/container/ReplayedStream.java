package io.bulkhead.container;

import io.bulkhead.container.Containers.LogEntry;
import io.bulkhead.container.Containers.LogReader;
import java.io.IOException;
import java.util.Optional;

/// What a container wrote so far, and then what it writes. What it writes while the log is read may come twice: it is
/// better said twice than not at all.
final class ReplayedStream implements StdioStream {

    private final LogReader log;
    private final StdioStream live;
    private boolean replayed;

    ReplayedStream(LogReader log, StdioStream live) {
        this.log = log;
        this.live = live;
    }

    @Override
    public boolean tty() {
        return live.tty();
    }

    @Override
    public Optional<Chunk> read() throws IOException {
        if (!replayed) {
            Optional<LogEntry> entry = log.next();
            if (entry.isPresent()) {
                return entry.map(line -> new Chunk(line.stream(), line.bytes()));
            }
            replayed = true;
        }
        return live.read();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        live.write(bytes, offset, length);
    }

    @Override
    public void closeInput() throws IOException {
        live.closeInput();
    }

    @Override
    public void close() {
        log.close();
        live.close();
    }
}
