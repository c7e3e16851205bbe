package io.bulkhead.dockerapi;

import io.bulkhead.container.Events;
import java.time.Clock;
import java.util.Map;

/// Publishes what routes did.
public final class Announcer {

    private final Events events;
    private final Clock clock;

    public Announcer(Backend backend) {
        this.events = backend.events();
        this.clock = backend.clock();
    }

    /// @param type `image`, `volume` or `network`
    /// @param attributes as Docker's `Actor.Attributes`
    public void publish(String type, String action, String id, Map<String, String> attributes) {
        events.publish(new Events.Event(clock.instant(), type, action, id, attributes));
    }

    /// Docker announces a prune once, with what it freed.
    public void pruned(String type, long bytes) {
        publish(type, "prune", "", Map.of("reclaimed", Long.toString(bytes)));
    }
}
