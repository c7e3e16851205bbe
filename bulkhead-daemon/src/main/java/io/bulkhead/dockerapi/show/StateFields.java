package io.bulkhead.dockerapi.show;

import io.bulkhead.container.Container;
import io.bulkhead.container.Container.Health;
import io.bulkhead.container.Container.Status;
import io.bulkhead.dockerapi.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `State` of an inspected container.
final class StateFields {

    /// Go's zero time, for what has not happened.
    static final String NEVER = "0001-01-01T00:00:00Z";

    private StateFields() {}

    static Map<String, @Nullable Object> of(Container container) {
        Container.State state = container.state();
        boolean restarting = state.status() == Status.RESTARTING;
        var fields = Json.object(
                "Status", state.status().spelling(),
                "Running", state.running() || restarting,
                "Paused", state.status() == Status.PAUSED,
                "Restarting", restarting,
                "OOMKilled", state.oomKilled(),
                "Dead", state.status() == Status.DEAD,
                "Pid", state.pid(),
                "ExitCode", state.exitCode(),
                "Error", state.error(),
                "StartedAt", time(state.startedAt()),
                "FinishedAt", time(state.finishedAt()));
        container.health().ifPresent(health -> fields.put("Health", health(health)));
        return fields;
    }

    private static Map<String, @Nullable Object> health(Health health) {
        return Json.object(
                "Status", health.status().spelling(),
                "FailingStreak", health.failingStreak(),
                "Log",
                        health.log().stream()
                                .map(probe -> Json.object(
                                        "Start", probe.start().toString(),
                                        "End", probe.end().toString(),
                                        "ExitCode", probe.exitCode(),
                                        "Output", probe.output()))
                                .toList());
    }

    private static String time(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(NEVER);
    }
}
