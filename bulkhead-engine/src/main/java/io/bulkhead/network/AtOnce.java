package io.bulkhead.network;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/// Two steps at the same time; both have ended when it returns or fails.
final class AtOnce {

    private static final Executor VIRTUAL =
            task -> Thread.ofVirtual().name("network-step").start(task);

    private AtOnce() {}

    static void run(Runnable here, Runnable beside) {
        var other = CompletableFuture.runAsync(beside, VIRTUAL);
        try {
            here.run();
        } catch (RuntimeException failure) {
            other.exceptionally(also -> {
                        failure.addSuppressed(also);
                        return null;
                    })
                    .join();
            throw failure;
        }
        try {
            other.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof RuntimeException known ? known : failure;
        }
    }
}
