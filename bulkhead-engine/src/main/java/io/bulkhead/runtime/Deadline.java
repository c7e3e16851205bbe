package io.bulkhead.runtime;

import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Pidfd;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Kills a process that takes too long, unless it is closed before.
final class Deadline implements AutoCloseable {

    private static final int SIGKILL = 9;

    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile boolean closed;

    private Deadline() {}

    /// @param exit done when the process has ended by itself
    static Deadline killing(int pid, CompletableFuture<?> exit, Duration limit) {
        var deadline = new Deadline();
        OptionalLong started = Pidfd.startTime(pid);
        deadline.over.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> _ = deadline.over.thenRun(() -> {
            if (!deadline.closed && !exit.isDone() && started.isPresent()) {
                Pidfd.open(pid, started.getAsLong()).ifPresent(Deadline::kill);
            }
        });
        return deadline;
    }

    private static void kill(Pidfd process) {
        try (process) {
            process.signal(SIGKILL);
        } catch (KernelException _) {
            // it has ended in this moment, which is what was wanted
        }
    }

    @Override
    public void close() {
        closed = true;
        over.complete(null);
    }
}
