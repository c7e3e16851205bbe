package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Events;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Filters;
import io.bulkhead.dockerapi.JsonLines;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Timestamps;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// `GET /events`: what happens, one JSON object a line, until the client goes or `until` comes.
final class EventRoutes {

    private final Backend backend;

    EventRoutes(Backend backend) {
        this.backend = backend;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/events", Operation.SYSTEM_EVENTS, this::follow));
    }

    private void follow(Call call) throws IOException {
        var filter = new EventFilter(Filters.of(call.exchange(), EventFilter.KNOWN));
        Optional<Instant> since = time(call, "since");
        Optional<Instant> until = time(call, "until");
        if (since.isPresent() && until.isPresent() && until.get().isBefore(since.get())) {
            throw new IllegalArgumentException("`since` time cannot be after `until` time");
        }
        call.allow(Target.none());
        var lines = new JsonLines(call.exchange());
        try (Events.Subscription events = backend.events().subscribe(since, until)) {
            // Subscribed before the client hears that it is, so it misses nothing from then on.
            lines.begin();
            call.exchange().whenDisconnected(events::close);
            Optional<Events.Event> event = events.next();
            while (event.isPresent()) {
                if (call.seesNow(event.get().about()) && filter.matches(event.get())) {
                    lines.write(EventFields.of(event.get()));
                }
                event = events.next();
            }
        }
    }

    private Optional<Instant> time(Call call, String name) {
        return Query.given(call.exchange(), name)
                .map(text -> Timestamps.parse(text, backend.clock().instant()));
    }
}
