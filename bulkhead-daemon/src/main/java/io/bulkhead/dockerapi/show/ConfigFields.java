package io.bulkhead.dockerapi.show;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.HealthCheck;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.ProcessSpec;
import io.bulkhead.spec.StorageSpec.Mount;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `Config` of an inspected container: what it would be made from again.
final class ConfigFields {

    private static final String HIDDEN = "(hidden: takes container.environment)";

    private ConfigFields() {}

    /// @param environment whether values are told; names always are
    static Map<String, @Nullable Object> of(ContainerSpec spec, boolean environment) {
        ProcessSpec process = spec.process();
        var fields = Json.object(
                "Hostname", spec.hostname().isEmpty() ? spec.id().shortened() : spec.hostname(),
                "Domainname", spec.domainname(),
                "User", process.user().spelling(),
                "AttachStdin", spec.io().attachStdin(),
                "AttachStdout", spec.io().attachStdout(),
                "AttachStderr", spec.io().attachStderr());
        if (!spec.network().exposed().isEmpty()) {
            fields.put(
                    "ExposedPorts",
                    keys(spec.network().exposed().stream().map(Port::toString).toList()));
        }
        fields.putAll(Json.object(
                "Tty", spec.io().tty(),
                "OpenStdin", spec.io().openStdin(),
                "StdinOnce", spec.io().stdinOnce(),
                "Env",
                        environment
                                ? process.env()
                                : process.env().stream()
                                        .map(ConfigFields::nameOnly)
                                        .toList(),
                "Cmd", nullIfEmpty(process.command())));
        spec.health().ifPresent(check -> fields.put("Healthcheck", health(check)));
        fields.putAll(Json.object(
                "Image", spec.imageName(),
                "Volumes", volumes(spec),
                "WorkingDir", process.workdir(),
                "Entrypoint", nullIfEmpty(process.entrypoint()),
                "OnBuild", null,
                "Labels", new TreeMap<>(spec.labels()),
                "StopSignal", spec.stop().signal().toString()));
        if (spec.stop().explicitTimeout()) {
            fields.put("StopTimeout", spec.stop().timeout().toSeconds());
        }
        return fields;
    }

    private static String nameOnly(String variable) {
        return variable.substring(0, Math.max(0, variable.indexOf('='))) + "=" + HIDDEN;
    }

    private static Map<String, @Nullable Object> health(HealthCheck check) {
        return Json.object(
                "Test", check.test(),
                "Interval", check.interval().toNanos(),
                "Timeout", check.timeout().toNanos(),
                "StartPeriod", check.startPeriod().toNanos(),
                "StartInterval", check.startInterval().toNanos(),
                "Retries", check.retries());
    }

    private static @Nullable Object volumes(ContainerSpec spec) {
        List<String> anonymous = spec.storage().mounts().stream()
                .filter(mount -> mount instanceof Mount.Volume volume && volume.anonymous())
                .map(Mount::target)
                .toList();
        return anonymous.isEmpty() ? null : keys(anonymous);
    }

    private static Map<String, Object> keys(List<String> names) {
        var keys = new TreeMap<String, Object>();
        names.forEach(name -> keys.put(name, Map.of()));
        return keys;
    }

    static @Nullable Object nullIfEmpty(List<String> list) {
        return list.isEmpty() ? null : list;
    }
}
