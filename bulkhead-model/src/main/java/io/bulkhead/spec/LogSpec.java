package io.bulkhead.spec;

import java.util.Map;

/// @param driver `json-file`, `local` or `none`
/// @param options for example `max-size`
public record LogSpec(String driver, Map<String, String> options) {

    public LogSpec {
        options = Map.copyOf(options);
    }

    public static LogSpec defaults() {
        return new LogSpec("json-file", Map.of());
    }
}
