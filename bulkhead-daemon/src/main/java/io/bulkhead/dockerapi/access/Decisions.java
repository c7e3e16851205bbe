package io.bulkhead.dockerapi.access;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Decision;
import io.bulkhead.dockerapi.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A decision as answers have it.
public final class Decisions {

    private Decisions() {}

    public static Map<String, @Nullable Object> fields(Decision decision) {
        return switch (decision) {
            case Allowed allowed -> Json.object("Allowed", true, "Rule", allowed.rule(), "Reason", "", "Remedy", "");
            case Decision.Denied denied ->
                Json.object(
                        "Allowed",
                        false,
                        "Rule",
                        denied.rule(),
                        "Reason",
                        denied.reason().name(),
                        "Remedy",
                        denied.remedy());
        };
    }
}
