package io.bulkhead.volume;

import io.bulkhead.access.Target;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A volume of the engine. Files in `data` belong to the ids the container wrote them with, as the container saw
/// them: containers reach them through an idmapped mount. Where that cannot be, they belong to the ids those were
/// on the host, and `carried` says which.
///
/// @param owner who made it, as [io.bulkhead.access.Caller#subject()]; empty when nobody knows
/// @param anonymous made without a name for one container
/// @param carried host ids of containers that files may belong to; several while files are being moved from one to
/// the next
public record Volume(
        String name,
        Path data,
        Instant created,
        Map<String, String> labels,
        Map<String, String> options,
        boolean anonymous,
        String owner,
        List<CarriedIds> carried) {

    public Volume {
        carried = List.copyOf(carried);
        labels = Map.copyOf(labels);
        options = Map.copyOf(options);
    }

    /// A volume whose files belong to container ids.
    public Volume(
            String name,
            Path data,
            Instant created,
            Map<String, String> labels,
            Map<String, String> options,
            boolean anonymous,
            String owner) {
        this(name, data, created, labels, options, anonymous, owner, List.of());
    }

    Volume carrying(List<CarriedIds> ids) {
        return new Volume(name, data, created, labels, options, anonymous, owner, ids);
    }

    /// What decisions about it are about.
    public Target.OfVolume target() {
        return new Target.OfVolume(name, owner);
    }
}
