package io.bulkhead.container;

import io.bulkhead.container.Containers.LogEntry;
import io.bulkhead.container.Containers.LogReader;
import io.bulkhead.container.Containers.LogRequest;
import io.bulkhead.kernel.FileChanges;
import io.bulkhead.kernel.KernelException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Reads, and follows, the log that conmon writes (docs/conmon.md). Lines no log has, such as one torn by a power cut,
/// are left out; a last one without its newline is shown if its head is whole.
///
/// One thread calls [#next]; any may call [#wake] and [#close].
final class LogFile implements LogReader {

    /// How long a change may go unnoticed where the kernel has no watch left to give.
    private static final long LOOK_MILLIS = 500;

    private final Path path;
    private final LogRequest request;
    private final BooleanSupplier running;
    private final Clock clock;
    private final Semaphore changed = new Semaphore(0);
    private final FileChanges.Watch watch;

    private volatile boolean closed;

    // Used by the reading thread, closed by any.
    private volatile @Nullable LogBytes bytes;
    private boolean first = true;

    private LogFile(Path path, LogRequest request, BooleanSupplier running, Clock clock) {
        this.path = path;
        this.request = request;
        this.running = running;
        this.clock = clock;
        this.watch = request.follow() ? watch(path, this::wake) : () -> {};
    }

    /// @param running whether the container may still write; asked when following reaches the end
    static LogFile open(Path path, LogRequest request, BooleanSupplier running, Clock clock) {
        return new LogFile(path, request, running, clock);
    }

    private static FileChanges.Watch watch(Path path, Runnable action) {
        Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a directory is no log");
        try {
            return FileChanges.watch(directory, action);
        } catch (KernelException none) {
            return () -> {};
        }
    }

    /// Makes a waiting reader look again: to be called when the container has ended.
    void wake() {
        changed.release();
    }

    @Override
    public Optional<LogEntry> next() {
        try {
            while (!closed) {
                // Asked before reading: what was written before the end is then read after it.
                boolean mayGrow = request.follow() && running.getAsBoolean() && !past();
                Optional<LogEntry> entry = read(mayGrow);
                if (entry.isPresent()) {
                    return afterUntil(entry.get()) ? Optional.empty() : entry;
                }
                if (!mayGrow) {
                    return Optional.empty();
                }
                await();
            }
            return Optional.empty();
        } catch (ClosedChannelException closedMeanwhile) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new EngineException(
                    EngineException.Reason.RUNTIME_FAILED, "read the log: " + failure.getMessage(), failure);
        }
    }

    private boolean past() {
        return request.until().isPresent()
                && clock.instant().isAfter(request.until().get());
    }

    private boolean afterUntil(LogEntry entry) {
        boolean after = request.until().isPresent()
                && entry.time().isAfter(request.until().get());
        if (after) {
            close();
        }
        return after;
    }

    private void await() {
        try {
            boolean _ = changed.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            changed.drainPermits();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            close();
        }
    }

    /// The next wanted entry that is there already.
    private Optional<LogEntry> read(boolean mayGrow) throws IOException {
        LogBytes log = current();
        while (log != null) {
            // Asked before the last look, so that all of the old file is read before the new one.
            boolean replaced = false;
            Optional<LogEntry> entry = line(log);
            if (entry.isEmpty()) {
                replaced = log.replaced();
                entry = line(log);
            }
            if (entry.isPresent()) {
                return entry;
            }
            if (!replaced) {
                return mayGrow ? Optional.empty() : rest(log);
            }
            log.close();
            bytes = null;
            log = current();
        }
        return Optional.empty();
    }

    private @Nullable LogBytes current() throws IOException {
        LogBytes log = bytes;
        if (log == null) {
            try {
                log = LogBytes.open(path);
            } catch (NoSuchFileException notYet) {
                return null;
            }
            if (first) {
                log.seek(LogTail.start(log.file(), request));
            }
            first = false;
            bytes = log;
            if (closed) {
                log.close();
            }
        }
        return log;
    }

    private Optional<LogEntry> line(LogBytes log) throws IOException {
        while (log.next()) {
            Optional<LogLine> head = LogLine.head(log.bytes(), log.from(), log.to());
            if (head.isPresent() && wanted(head.get())) {
                return Optional.of(head.get().entry(log.bytes(), log.from(), log.to()));
            }
        }
        return Optional.empty();
    }

    private Optional<LogEntry> rest(LogBytes log) {
        byte[] rest = log.rest();
        return LogLine.head(rest, 0, rest.length)
                .filter(this::wanted)
                .map(head -> new LogLine(head.time(), head.stream(), true).entry(rest, 0, rest.length));
    }

    private boolean wanted(LogLine line) {
        boolean stream = switch (line.stream()) {
            case STDOUT -> request.stdout();
            case STDERR -> request.stderr();
        };
        return stream
                && !(request.since().isPresent()
                        && line.time().isBefore(request.since().get()));
    }

    @Override
    public void close() {
        closed = true;
        wake();
        try {
            watch.close();
            LogBytes log = bytes;
            if (log != null) {
                log.close();
            }
        } catch (IOException unimportant) {
            // Only read from.
        }
    }
}
