package io.bulkhead.spec;

import java.time.Duration;
import java.util.List;

/// A probe run inside the container, as Docker's `HEALTHCHECK`.
///
/// @param test `NONE`, or `CMD` and arguments, or `CMD-SHELL` and one line
/// @param interval between probes, 30 s if not said
/// @param startInterval between probes while starting, 5 s if not said
public record HealthCheck(
        List<String> test,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {

    public HealthCheck {
        test = List.copyOf(test);
    }

    /// Whether there is anything to run.
    public boolean enabled() {
        return !test.isEmpty() && !test.getFirst().equals("NONE");
    }
}
