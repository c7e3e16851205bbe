package io.bulkhead.dockerapi.create;

import io.bulkhead.image.ImageConfig;
import io.bulkhead.spec.LogSpec;
import io.bulkhead.spec.RestartPolicy;
import io.bulkhead.spec.RestartPolicy.Condition;
import io.bulkhead.spec.Signal;
import io.bulkhead.spec.StopSpec;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a container is logged, stopped and started again.
final class PolicyResolver {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final Set<String> LOG_OPTIONS = Set.of("max-size", "max-file");

    private PolicyResolver() {}

    static LogSpec log(HostConfig.LogConfig asked) {
        String driver = asked.type().isEmpty() ? "json-file" : asked.type();
        if (!Set.of("json-file", "local", "none").contains(driver)) {
            throw Invalid.value(
                    "HostConfig.LogConfig.Type",
                    driver,
                    "this log driver is not supported; there are " + "json-file, local and none");
        }
        asked.config().forEach((name, value) -> requireLogOption(driver, name, value));
        return new LogSpec(driver, asked.config());
    }

    private static void requireLogOption(String driver, String name, String value) {
        if (driver.equals("none") || !LOG_OPTIONS.contains(name)) {
            throw Invalid.value("unknown log opt", name, "for " + driver + " log driver");
        }
        String form = name.equals("max-size") ? "[1-9][0-9]{0,11}([kKmMgG][bB]?)?" : "[1-9][0-9]{0,3}";
        if (!value.matches(form)) {
            throw Invalid.value("log opt " + name, value, "it is a positive number, a size like 10m");
        }
    }

    static RestartPolicy restart(HostConfig.Restart asked) {
        Invalid.when(asked.maximumRetryCount() < 0, "invalid restart policy: maximum retry count cannot be negative");
        if (asked.name().isEmpty()) {
            Invalid.when(
                    asked.maximumRetryCount() != 0,
                    "invalid restart policy: maximum retry count can only be used with 'on-failure'");
            return RestartPolicy.NEVER;
        }
        for (Condition condition : Condition.values()) {
            if (condition.spelling().equals(asked.name())) {
                return new RestartPolicy(condition, asked.maximumRetryCount());
            }
        }
        throw Invalid.value(
                "invalid restart policy: unknown policy",
                asked.name(),
                "use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
    }

    static StopSpec stop(String signal, @Nullable Integer seconds, ImageConfig image) {
        String name = signal.isEmpty() ? image.stopSignal() : signal;
        Invalid.when(seconds != null && seconds < -1, "StopTimeout: -1 waits for ever");
        return new StopSpec(
                name.isEmpty() ? Signal.TERM : Signal.parse(name),
                seconds == null ? STOP_TIMEOUT : Duration.ofSeconds(seconds),
                seconds != null);
    }
}
