package io.bulkhead.dockerapi;

import io.bulkhead.access.Target;
import io.bulkhead.container.Events;
import io.bulkhead.image.Image;
import io.bulkhead.name.ImageName;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/// Publishes what routes did.
public final class Announcer {

    private final Events events;
    private final Clock clock;

    public Announcer(Backend backend) {
        this.events = backend.events();
        this.clock = backend.clock();
    }

    /// @param id the image's, or that of what went with it
    /// @param name what is said of it
    public void image(String action, String id, Image image, String name) {
        var attributes = new HashMap<>(image.config().labels());
        attributes.put("name", name);
        publish("image", action, id, attributes, about(image, id.startsWith("sha256:") ? name : id));
    }

    /// What happens to one name is for those who may know that name.
    private static Target about(Image image, String name) {
        return name.startsWith("sha256:")
                ? Seen.target(image)
                : Seen.target(image, ImageName.parse(name).withDefaultTag());
    }

    public void volume(String action, Target.OfVolume volume) {
        publish("volume", action, volume.name(), Map.of("driver", "local"), volume);
    }

    /// @param type `image`, `volume` or `network`
    /// @param attributes as Docker's `Actor.Attributes`
    /// @param about decides who is told
    private void publish(String type, String action, String id, Map<String, String> attributes, Target about) {
        events.publish(new Events.Event(clock.instant(), type, action, id, attributes, about));
    }

    /// Docker announces a prune once, with what it freed.
    public void pruned(String type, long bytes) {
        publish(type, "prune", "", Map.of("reclaimed", Long.toString(bytes)), Target.none());
    }
}
