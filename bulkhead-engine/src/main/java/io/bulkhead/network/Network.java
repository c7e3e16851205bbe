package io.bulkhead.network;

import java.time.Instant;
import java.util.Map;

/// A network of the engine.
///
/// @param driver `bridge`, `host` or `null`
/// @param subnet for example `10.88.0.0/16`; empty for `host` and `none`
public record Network(
        String id,
        String name,
        String driver,
        Instant created,
        String subnet,
        String gateway,
        String bridge,
        boolean internal,
        Map<String, String> labels) {

    public Network {
        labels = Map.copyOf(labels);
    }
}
