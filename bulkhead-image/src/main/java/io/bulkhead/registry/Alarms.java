package io.bulkhead.registry;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Closes bodies that are not sent in time: the JDK's time limit of a request ends with the headers of its answer.
final class Alarms implements AutoCloseable {

    private final ScheduledThreadPoolExecutor clock;

    Alarms() {
        clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("registry-alarms").factory());
        // One is set for each read: those that did not ring must not pile up.
        clock.setRemoveOnCancelPolicy(true);
    }

    /// Closes `body` after `limit`, unless the alarm is closed before; that ends a read in progress.
    Alarm closingAfter(Duration limit, InputStream body) {
        var alarm = new Alarm();
        alarm.pending = clock.schedule(() -> alarm.ring(body), limit.toMillis(), TimeUnit.MILLISECONDS);
        return alarm;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    static final class Alarm implements AutoCloseable {

        private volatile boolean rang;
        private Future<?> pending = java.util.concurrent.CompletableFuture.completedFuture(null);

        private Alarm() {}

        boolean rang() {
            return rang;
        }

        private void ring(InputStream body) {
            rang = true;
            try {
                body.close();
            } catch (IOException _) {
                // It was to be given up anyway.
            }
        }

        @Override
        public void close() {
            pending.cancel(false);
        }
    }
}
