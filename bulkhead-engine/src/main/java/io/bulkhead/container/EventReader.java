package io.bulkhead.container;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// One reader of [RecentEvents] and its queue, which `lock` guards.
final class EventReader implements Events.Subscription {

    private final Optional<Instant> until;
    private final Clock clock;
    private final Consumer<EventReader> whenClosed;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Events.Event> queue = new ArrayDeque<>();
    private boolean closed;
    private boolean lost;

    EventReader(List<Events.Event> past, Optional<Instant> until, Clock clock, Consumer<EventReader> whenClosed) {
        this.until = until;
        this.clock = clock;
        this.whenClosed = whenClosed;
        this.most = past.size() + RecentEvents.QUEUE;
        queue.addAll(past);
    }

    /// Without waiting.
    ///
    /// @return false when this reader is no longer worth telling
    boolean offer(Events.Event event) {
        lock.lock();
        try {
            if (queue.size() >= most) {
                lost = true;
            } else if (!closed) {
                queue.addLast(event);
            }
            changed.signalAll();
            return !lost && !closed;
        } finally {
            lock.unlock();
        }
    }

    /// @throws EngineException when events were lost because this was called too seldom; those before come first
    @Override
    public Optional<Events.Event> next() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed && !lost) {
                long nanos = nanosToWait();
                if (nanos <= 0) {
                    return Optional.empty();
                }
                long _ = changed.awaitNanos(nanos);
            }
            if (closed) {
                return Optional.empty();
            }
            if (queue.isEmpty()) {
                throw new EngineException(
                        EngineException.Reason.RUNTIME_FAILED,
                        "events: this reader fell too far behind and lost events; ask again with since");
            }
            Events.Event event = queue.removeFirst();
            boolean over = until.isPresent() && event.time().isAfter(until.get());
            return over ? Optional.empty() : Optional.of(event);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Nothing left when `until` has come; a second at most before it, so that a clock that was set is noticed.
    private long nanosToWait() {
        return until.map(end -> Duration.between(clock.instant(), end).toNanos())
                .map(left -> Math.min(left, TimeUnit.SECONDS.toNanos(1)))
                .orElse(TimeUnit.HOURS.toNanos(1));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            queue.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        whenClosed.accept(this);
    }
}
