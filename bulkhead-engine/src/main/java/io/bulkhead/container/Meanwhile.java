package io.bulkhead.container;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/// Something that is done beside its maker's own work. Closing waits until it is done or has failed, so that nothing of
/// it happens after what follows.
final class Meanwhile<T> implements AutoCloseable {

    private final CompletableFuture<T> work;

    private Meanwhile(CompletableFuture<T> work) {
        this.work = work;
    }

    static <T> Meanwhile<T> doing(Supplier<T> work) {
        return new Meanwhile<>(CompletableFuture.supplyAsync(work, Thread::startVirtualThread));
    }

    static <T> Meanwhile<T> done(T result) {
        return new Meanwhile<>(CompletableFuture.completedFuture(result));
    }

    /// Waits for its result, or throws what it threw.
    T await() {
        try {
            return work.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    EngineException.Reason.RUNTIME_FAILED, "interrupted while the container was started");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        work.handle((_, _) -> "done").join();
    }
}
