package io.bulkhead.dockerapi.container;

import io.bulkhead.container.Container;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.image.Image;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a container takes on the disk; worked out only when asked for.
final class Sizes {

    private Sizes() {}

    static Map<String, @Nullable Object> of(Container container, Backend backend) {
        long own = backend.containers().ownSize(container.id());
        long image = backend.images()
                .find(container.spec().imageId().toString())
                .map(Image::size)
                .orElse(0L);
        return Json.object("SizeRw", own, "SizeRootFs", own + image);
    }
}
