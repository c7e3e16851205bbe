package io.bulkhead.dockerapi.system;

import io.bulkhead.container.Events.Event;
import io.bulkhead.dockerapi.Filters;
import java.util.Set;

/// The filters of `docker events`.
final class EventFilter {

    static final Set<String> KNOWN = Set.of(
            "config",
            "container",
            "daemon",
            "event",
            "image",
            "label",
            "network",
            "node",
            "plugin",
            "scope",
            "secret",
            "service",
            "type",
            "volume");

    /// Filters by a thing's name or id, each for the type of the same name.
    private static final Set<String> THINGS =
            Set.of("config", "daemon", "network", "node", "plugin", "secret", "service", "volume");

    private final Filters filters;

    EventFilter(Filters filters) {
        this.filters = filters;
    }

    boolean matches(Event event) {
        return filters.allows("type", event.type())
                && filters.allows("scope", "local")
                && actionFits(event.action())
                && filters.labelsMatch(event.attributes())
                && containerFits(event)
                && imageFits(event)
                && THINGS.stream().allMatch(thing -> thingFits(thing, event));
    }

    /// `exec_start: sh -c x` is an `exec_start`.
    private boolean actionFits(String action) {
        return filters.allows("event", action) || filters.allows("event", action.split(":", 2)[0]);
    }

    private boolean containerFits(Event event) {
        return !filters.has("container")
                || (event.type().equals("container") && named("container", event.id(), name(event)));
    }

    /// An image's own events, and those of containers made from it.
    private boolean imageFits(Event event) {
        if (!filters.has("image")) {
            return true;
        }
        return switch (event.type()) {
            case "image" ->
                named("image", event.id(), name(event))
                        || filters.values("image").contains(untagged(name(event)));
            case "container" -> {
                String image = event.attributes().getOrDefault("image", "");
                yield named("image", image, untagged(image));
            }
            default -> false;
        };
    }

    private boolean thingFits(String thing, Event event) {
        return !filters.has(thing) || (event.type().equals(thing) && named(thing, event.id(), name(event)));
    }

    private static String name(Event event) {
        return event.attributes().getOrDefault("name", "");
    }

    private static String untagged(String image) {
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
    }

    private boolean named(String filter, String id, String name) {
        return filters.values(filter).stream()
                .anyMatch(wanted -> !wanted.isEmpty() && (wanted.equals(name) || id.startsWith(wanted)));
    }
}
