package io.bulkhead.dockerapi.system;

import io.bulkhead.container.Events.Event;
import io.bulkhead.dockerapi.Json;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Events as Docker's API writes them.
final class EventFields {

    private EventFields() {}

    static Map<String, @Nullable Object> of(Event event) {
        Map<String, @Nullable Object> fields = Json.object();
        // The fields of the first API, for those who still read them.
        if (event.type().equals("container") || event.type().equals("image")) {
            fields.put("status", event.action());
            fields.put("id", event.id());
            String image = event.attributes().get("image");
            if (image != null) {
                fields.put("from", image);
            }
        }
        fields.put("Type", event.type());
        fields.put("Action", event.action());
        fields.put("Actor", Json.object("ID", event.id(), "Attributes", new TreeMap<>(event.attributes())));
        fields.put("scope", "local");
        fields.put("time", event.time().getEpochSecond());
        fields.put("timeNano", nanos(event.time()));
        return fields;
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }
}
