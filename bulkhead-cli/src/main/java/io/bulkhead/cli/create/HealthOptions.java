package io.bulkhead.cli.create;

import io.bulkhead.cli.text.GoDuration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// The health check.
final class HealthOptions {

    @Option(names = "--health-cmd", paramLabel = "COMMAND", description = "Command to run to check health")
    String command = "";

    @Option(
            names = "--health-interval",
            paramLabel = "DURATION",
            description = "Time between running the check (ms|s|m|h)")
    String interval = "0";

    @Option(
            names = "--health-timeout",
            paramLabel = "DURATION",
            description = "Maximum time to allow one check to run (ms|s|m|h)")
    String timeout = "0";

    @Option(
            names = "--health-start-period",
            paramLabel = "DURATION",
            description = "Start period for the container to initialize before starting health-retries countdown")
    String startPeriod = "0";

    @Option(
            names = "--health-start-interval",
            paramLabel = "DURATION",
            description = "Time between running the check during the start period (ms|s|m|h)")
    String startInterval = "0";

    @Option(
            names = "--health-retries",
            paramLabel = "NUMBER",
            description = "Consecutive failures needed to report unhealthy")
    int retries;

    @Option(
            names = "--no-healthcheck",
            arity = "0..1",
            fallbackValue = "true",
            description = "Disable any container-specified HEALTHCHECK")
    boolean none;

    void addTo(Map<String, Object> body) {
        Map<String, Object> check = check();
        if (none) {
            if (!check.isEmpty()) {
                throw Invalid.option("--no-healthcheck conflicts with --health-* options");
            }
            body.put("Healthcheck", Map.of("Test", List.of("NONE")));
        } else if (!check.isEmpty()) {
            body.put("Healthcheck", check);
        }
    }

    private Map<String, Object> check() {
        Map<String, Object> check = new LinkedHashMap<>();
        if (!command.isEmpty()) {
            check.put("Test", List.of("CMD-SHELL", command));
        }
        put(check, "Interval", "--health-interval", interval);
        put(check, "Timeout", "--health-timeout", timeout);
        put(check, "StartPeriod", "--health-start-period", startPeriod);
        put(check, "StartInterval", "--health-start-interval", startInterval);
        if (retries < 0) {
            throw Invalid.option("--health-retries cannot be negative");
        }
        if (retries > 0) {
            check.put("Retries", retries);
        }
        return check;
    }

    private static void put(Map<String, Object> check, String field, String option, String value) {
        long nanos = Invalid.parse(value, option, GoDuration::parse);
        if (nanos < 0) {
            throw Invalid.option(option + " cannot be negative");
        }
        if (nanos > 0) {
            check.put(field, nanos);
        }
    }
}
