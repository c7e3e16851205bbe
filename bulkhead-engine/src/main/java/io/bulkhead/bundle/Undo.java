package io.bulkhead.bundle;

import java.util.ArrayDeque;
import java.util.Deque;

/// What was changed on the host and how to take it back, last change first. A step registers its undoing before the
/// next step starts; no failure of an undoing is swallowed and none keeps the others from running.
public final class Undo implements AutoCloseable {

    private final Deque<Runnable> steps = new ArrayDeque<>();

    public void add(Runnable undoing) {
        steps.push(undoing);
    }

    /// Keeps what was done.
    public void forget() {
        steps.clear();
    }

    /// Takes everything back because of `failure`; what fails meanwhile is attached to it.
    public void unwind(Throwable failure) {
        try {
            close();
        } catch (RuntimeException further) {
            failure.addSuppressed(further);
        }
    }

    /// Takes everything back. A second call does nothing.
    /// @throws RuntimeException the first failure, with the later ones attached
    @Override
    public void close() {
        RuntimeException first = null;
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
