package io.bulkhead.container;

import io.bulkhead.container.Events.Event;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// What happens to containers, as `docker events` tells it.
final class Told {

    private Told() {}

    static void event(Host host, Life life, String action) {
        event(host, life, action, Map.of());
    }

    static void died(Host host, Life life, int exitCode) {
        event(host, life, "die", Map.of("exitCode", "" + exitCode));
    }

    static void event(Host host, Life life, String action, Map<String, String> more) {
        var attributes = new HashMap<>(life.spec().labels());
        attributes.put("image", life.spec().imageName());
        attributes.put("name", life.spec().name().value());
        attributes.putAll(more);
        host.events()
                .publish(new Event(
                        Instant.now(host.clock()),
                        "container",
                        action,
                        life.id().value(),
                        attributes,
                        life.spec().target()));
    }
}
