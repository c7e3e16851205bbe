package io.bulkhead.container;

import io.bulkhead.access.Target;
import java.io.Closeable;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What happened, in order: the source of `docker events`. The last 1,000 are kept for `--since`.
public interface Events {

    void publish(Event event);

    /// Events from `since` on (only new ones if absent), waiting for more until closed or `until`.
    Subscription subscribe(Optional<Instant> since, Optional<Instant> until);

    /// @param type `container`, `image`, `volume` or `network`
    /// @param action for example `create`, `start`, `die`
    /// @param attributes as Docker's `Actor.Attributes`
    /// @param about decides who is told
    record Event(Instant time, String type, String action, String id, Map<String, String> attributes, Target about) {
        public Event {
            attributes = Map.copyOf(attributes);
        }
    }

    interface Subscription extends Closeable {

        /// The next event, waiting for it; empty at the end or after [#close()].
        Optional<Event> next();

        @Override
        void close();
    }
}
