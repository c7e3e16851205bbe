package io.bulkhead.image;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an image says about how to run it (OCI image spec, config.md, with Docker's additions).
///
/// @param user as written: names and numbers, checked when a container is made
/// @param env `NAME=value` lines
/// @param exposedPorts for example `80/tcp`
public record ImageConfig(
        String architecture,
        String os,
        String variant,
        String author,
        String user,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workdir,
        Map<String, String> labels,
        List<String> exposedPorts,
        List<String> volumes,
        String stopSignal,
        List<String> shell,
        List<String> onBuild,
        boolean argsEscaped,
        Optional<Health> health,
        List<History> history) {

    public ImageConfig {
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        labels = Map.copyOf(labels);
        exposedPorts = List.copyOf(exposedPorts);
        volumes = List.copyOf(volumes);
        shell = List.copyOf(shell);
        onBuild = List.copyOf(onBuild);
        history = List.copyOf(history);
    }

    /// Docker's `Healthcheck` of the image; a zero duration or count means "the default".
    public record Health(
            List<String> test,
            Duration interval,
            Duration timeout,
            Duration startPeriod,
            Duration startInterval,
            int retries) {
        public Health {
            test = List.copyOf(test);
        }
    }

    public record History(
            Optional<Instant> created, String createdBy, String author, String comment, boolean emptyLayer) {}
}
