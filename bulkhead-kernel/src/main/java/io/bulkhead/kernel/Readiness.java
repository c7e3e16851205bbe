package io.bulkhead.kernel;

import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Waiting for a non-blocking descriptor by parking, so that a virtual thread leaves its carrier free.
///
/// epoll knows a descriptor once, so whoever reads and writes at the same time needs two descriptors of the file.
final class Readiness {

    private final Fd fd;
    private final int events;

    private Readiness(Fd fd, int events) {
        this.fd = fd;
        this.events = events;
    }

    static Readiness toRead(Fd fd) {
        return new Readiness(fd, Watcher.EPOLLIN);
    }

    static Readiness toWrite(Fd fd) {
        return new Readiness(fd, Watcher.EPOLLOUT);
    }

    /// Returns when an attempt is worth making: ready, hung up or broken.
    void await() throws InterruptedIOException {
        var ready = new CompletableFuture<Void>();
        Runnable forget = Watcher.shared().whenReady(fd, events, () -> ready.complete(null));
        try {
            ready.get();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a socket");
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        } finally {
            forget.run();
        }
    }
}
