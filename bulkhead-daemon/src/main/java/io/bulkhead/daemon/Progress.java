package io.bulkhead.daemon;

import java.time.Duration;
import java.util.function.Consumer;

/// Says what a start is waiting for when it takes long.
final class Progress implements AutoCloseable {

    private final Thread watcher;
    private volatile String step = "the first step";

    /// @param patience before it says anything, and between two times
    Progress(Duration patience, Consumer<String> say) {
        watcher = Thread.ofVirtual().name("start-progress").start(() -> {
            try {
                while (true) {
                    Thread.sleep(patience);
                    say.accept(step);
                }
            } catch (InterruptedException _) {
                // The start is over.
            }
        });
    }

    /// What comes next, as in "waiting for ...".
    void step(String next) {
        step = next;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
