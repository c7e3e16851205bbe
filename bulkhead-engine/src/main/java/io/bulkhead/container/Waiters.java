package io.bulkhead.container;

import io.bulkhead.container.Containers.ExitStatus;
import io.bulkhead.container.Containers.WaitCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Who waits for a container's next step. `this` guards the lists; nothing waits under it.
final class Waiters {

    private List<CompletableFuture<ExitStatus>> exits = new ArrayList<>();
    private List<CompletableFuture<ExitStatus>> stops = new ArrayList<>();
    private List<CompletableFuture<ExitStatus>> removals = new ArrayList<>();

    synchronized CompletableFuture<ExitStatus> register(WaitCondition condition) {
        var waiter = new CompletableFuture<ExitStatus>();
        switch (condition) {
            case NEXT_EXIT -> exits.add(waiter);
            case NOT_RUNNING -> stops.add(waiter);
            case REMOVED -> removals.add(waiter);
        }
        return waiter;
    }

    /// A run has ended.
    ///
    /// @param restarts whether another follows
    void ended(ExitStatus status, boolean restarts) {
        List<CompletableFuture<ExitStatus>> woken;
        synchronized (this) {
            woken = exits;
            exits = new ArrayList<>();
            if (!restarts) {
                woken.addAll(stops);
                stops = new ArrayList<>();
            }
        }
        woken.forEach(waiter -> waiter.complete(status));
    }

    void removed(ExitStatus status) {
        ended(status, false);
        List<CompletableFuture<ExitStatus>> woken;
        synchronized (this) {
            woken = removals;
            removals = new ArrayList<>();
        }
        woken.forEach(waiter -> waiter.complete(status));
    }
}
