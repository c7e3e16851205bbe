package io.bulkhead.dockerapi.volume;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.volume.Volume;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Volumes as Docker's API writes them.
public final class VolumeFields {

    /// Docker marks volumes made without a name with this label, for clients that look.
    private static final String ANONYMOUS = "com.docker.volume.anonymous";

    private VolumeFields() {}

    public static Map<String, @Nullable Object> of(Volume volume) {
        return Json.object(
                "CreatedAt",
                volume.created().toString(),
                "Driver",
                "local",
                "Labels",
                volume.labels().isEmpty() && !volume.anonymous() ? null : labels(volume),
                "Mountpoint",
                volume.data().toString(),
                "Name",
                volume.name(),
                "Options",
                volume.options().isEmpty() ? null : new TreeMap<>(volume.options()),
                "Scope",
                "local");
    }

    static Map<String, String> labels(Volume volume) {
        var labels = new TreeMap<>(volume.labels());
        if (volume.anonymous()) {
            labels.put(ANONYMOUS, "");
        }
        return labels;
    }
}
