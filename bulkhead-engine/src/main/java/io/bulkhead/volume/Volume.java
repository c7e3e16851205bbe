package io.bulkhead.volume;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// A volume of the engine. Files in `data` belong to the ids the container wrote them with, as the container saw them:
/// containers reach them through an idmapped mount.
///
/// @param anonymous made without a name for one container
public record Volume(
        String name,
        Path data,
        Instant created,
        Map<String, String> labels,
        Map<String, String> options,
        boolean anonymous) {

    public Volume {
        labels = Map.copyOf(labels);
        options = Map.copyOf(options);
    }
}
