package io.bulkhead.checks;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for what happens soon, but not at once.
final class Eventually {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 100;

    private Eventually() {}

    static void holds(String what, BooleanSupplier claim) {
        value(what, claim::getAsBoolean, held -> held);
    }

    /// The first value that is as expected.
    static <T> T value(String what, Supplier<T> source, Predicate<T> expected) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        T last = source.get();
        while (!expected.test(last)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": not within " + PATIENCE + ", but " + last);
            }
            pause();
            last = source.get();
        }
        return last;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
