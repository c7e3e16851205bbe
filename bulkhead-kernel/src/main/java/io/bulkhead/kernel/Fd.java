package io.bulkhead.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/// An open file descriptor that is closed once. Everything the engine opens is close-on-exec.
public final class Fd implements AutoCloseable {

    private static final int CLOSED = -1;

    private final AtomicInteger number;

    Fd(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("descriptor " + number + " is negative");
        }
        this.number = new AtomicInteger(number);
    }

    /// @throws IllegalStateException once closed
    public int number() {
        int open = number.get();
        if (open == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return open;
    }

    /// A path by which this process, and any process allowed to look into it, can open the same file.
    public String path() {
        return "/proc/" + ProcessHandle.current().pid() + "/fd/" + number();
    }

    @Override
    public void close() {
        int open = number.getAndSet(CLOSED);
        if (open != CLOSED) {
            Calls.close(open);
        }
    }
}
