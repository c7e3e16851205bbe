package io.bulkhead.container;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Events in memory: the last 1,000, and everybody who listens. Publishing never waits: a reader that falls
/// [#QUEUE] events behind loses its subscription, and hears so.
///
/// `this` guards the events kept and the set of readers; each reader guards its own queue. The lock here is always
/// taken first.
public final class RecentEvents implements Events {

    static final int KEPT = 1_000;
    static final int QUEUE = 1_000;

    private final Clock clock;
    private final ArrayDeque<Event> recent = new ArrayDeque<>();
    private final Set<EventReader> readers = new HashSet<>();

    public RecentEvents() {
        this(Clock.systemUTC());
    }

    /// @param clock tells when `until` has come
    public RecentEvents(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void publish(Event event) {
        recent.addLast(event);
        if (recent.size() > KEPT) {
            recent.removeFirst();
        }
        readers.removeIf(reader -> !reader.offer(event));
    }

    /// Reading the past and beginning to listen are one step, so nothing is missed or told twice.
    @Override
    public synchronized Subscription subscribe(Optional<Instant> since, Optional<Instant> until) {
        List<Event> past = since.map(from ->
                        recent.stream().filter(e -> !e.time().isBefore(from)).toList())
                .orElse(List.of());
        var reader = new EventReader(past, until, clock, this::forget);
        readers.add(reader);
        return reader;
    }

    private synchronized void forget(EventReader reader) {
        readers.remove(reader);
    }

    synchronized int listening() {
        return readers.size();
    }
}
