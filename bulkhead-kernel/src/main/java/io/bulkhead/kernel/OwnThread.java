package io.bulkhead.kernel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// Runs something on a platform thread made for it, because the kernel knows the thread: its namespaces, what it
/// traces. The caller waits; a failure is the caller's.
final class OwnThread {

    private OwnThread() {}

    static <T> T run(String name, Supplier<T> action) {
        var done = new CompletableFuture<T>();
        Thread.ofPlatform().name(name).start(() -> complete(done, action));
        try {
            return done.join();
        } catch (CompletionException failure) {
            switch (failure.getCause()) {
                case RuntimeException known -> throw known;
                case Error error -> throw error;
                case null, default -> throw failure;
            }
        }
    }

    private static <T> void complete(CompletableFuture<T> done, Supplier<T> action) {
        T result;
        try {
            result = action.get();
        } catch (RuntimeException | Error failure) {
            done.completeExceptionally(failure);
            return;
        }
        done.complete(result);
    }
}
