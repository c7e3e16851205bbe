package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Names;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Dockerfile lines `docker import --change` takes, as the `config` object of an image configuration.
final class DockerfileChanges {

    private static final Pattern PORTS =
            Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern OPTION = Pattern.compile("--([a-z-]+)=(\\S+)\\s*");
    private static final Pattern TIME = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(h|m|s|ms|us|ns)");
    private static final Pattern SIGNAL = Pattern.compile("[A-Za-z0-9+]{1,16}");
    private static final int MAX_PORT = 65_535;

    private final Map<String, Object> config = new LinkedHashMap<>();
    private final Map<String, String> env = new LinkedHashMap<>();
    private final Map<String, String> labels = new TreeMap<>();
    private final Map<String, Object> ports = new TreeMap<>();
    private final Map<String, Object> volumes = new TreeMap<>();

    private DockerfileChanges() {}

    static Map<String, Object> config(List<String> lines) {
        var changes = new DockerfileChanges();
        lines.stream().map(String::strip).filter(line -> !line.isEmpty()).forEach(changes::apply);
        return changes.result();
    }

    private void apply(String line) {
        String[] parts = line.split("\\s+", 2);
        String instruction = parts[0].toUpperCase(Locale.ROOT);
        String rest = parts.length > 1 ? parts[1].strip() : "";
        if (rest.isEmpty()) {
            throw refused(instruction + " requires at least one argument");
        }
        switch (instruction) {
            case "CMD" -> config.put("Cmd", DockerfileWords.command(rest));
            case "ENTRYPOINT" -> config.put("Entrypoint", DockerfileWords.command(rest));
            case "ENV" -> env.putAll(DockerfileWords.pairs("ENV", rest));
            case "LABEL" -> labels.putAll(DockerfileWords.pairs("LABEL", rest));
            case "WORKDIR" -> workdir(one(instruction, rest));
            case "USER" -> config.put("User", one(instruction, rest));
            case "EXPOSE" -> DockerfileWords.split(rest).forEach(this::expose);
            case "VOLUME" -> DockerfileWords.list(rest).forEach(path -> volumes.put(path, Map.of()));
            case "STOPSIGNAL" -> stopSignal(one(instruction, rest));
            case "HEALTHCHECK" -> config.put("Healthcheck", health(rest));
            default -> throw refused(Names.shown(instruction) + " is not a valid change command");
        }
    }

    private static String one(String instruction, String rest) {
        List<String> words = DockerfileWords.split(rest);
        if (words.size() != 1) {
            throw refused(instruction + " requires exactly one argument");
        }
        return words.getFirst();
    }

    private void workdir(String path) {
        String before = (String) config.getOrDefault("WorkingDir", "/");
        config.put(
                "WorkingDir",
                java.nio.file.Path.of(before).resolve(path).normalize().toString());
    }

    private void stopSignal(String signal) {
        if (!SIGNAL.matcher(signal).matches()) {
            throw refused("invalid signal: " + Names.shown(signal));
        }
        config.put("StopSignal", signal);
    }

    private void expose(String text) {
        Matcher matcher = PORTS.matcher(text);
        if (!matcher.matches()) {
            throw refused("invalid containerPort: " + Names.shown(text));
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        if (first < 1 || last < first || last > MAX_PORT) {
            throw refused("invalid containerPort: " + Names.shown(text));
        }
        String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3).toLowerCase(Locale.ROOT);
        for (int port = first; port <= last; port++) {
            ports.put(port + "/" + protocol, Map.of());
        }
    }

    private static Map<String, Object> health(String text) {
        var health = new LinkedHashMap<String, Object>();
        String rest = text;
        Matcher option = OPTION.matcher(rest);
        while (option.lookingAt()) {
            option(option.group(1), option.group(2), health);
            rest = rest.substring(option.end());
            option = OPTION.matcher(rest);
        }
        String[] parts = rest.split("\\s+", 2);
        if (parts[0].equalsIgnoreCase("NONE") && parts.length == 1 && health.isEmpty()) {
            return Map.of("Test", List.of("NONE"));
        }
        if (!parts[0].equalsIgnoreCase("CMD") || parts.length == 1) {
            throw refused("HEALTHCHECK wants NONE, or CMD with a command");
        }
        String command = parts[1].strip();
        var test = new java.util.ArrayList<String>();
        test.add(command.startsWith("[") ? "CMD" : "CMD-SHELL");
        test.addAll(command.startsWith("[") ? DockerfileWords.list(command) : List.of(command));
        health.put("Test", test);
        return health;
    }

    private static void option(String name, String value, Map<String, Object> health) {
        switch (name) {
            case "interval" -> health.put("Interval", nanos(value));
            case "timeout" -> health.put("Timeout", nanos(value));
            case "start-period" -> health.put("StartPeriod", nanos(value));
            case "start-interval" -> health.put("StartInterval", nanos(value));
            case "retries" -> {
                if (!value.matches("[0-9]{1,9}")) {
                    throw refused("HEALTHCHECK --retries=" + Names.shown(value) + " is not a number");
                }
                health.put("Retries", Integer.parseInt(value));
            }
            default -> throw refused("unknown flag: --" + Names.shown(name));
        }
    }

    /// Go's durations, such as `1m30s`.
    private static long nanos(String text) {
        Matcher matcher = TIME.matcher(text);
        double nanos = 0;
        int end = 0;
        while (end < text.length() && matcher.find(end) && matcher.start() == end) {
            nanos += Double.parseDouble(matcher.group(1))
                    * unit(matcher.group(2)).toNanos();
            end = matcher.end();
        }
        if (end == 0 || end != text.length()) {
            throw refused("invalid duration \"" + Names.shown(text) + "\"");
        }
        return (long) nanos;
    }

    private static Duration unit(String name) {
        return switch (name) {
            case "h" -> Duration.ofHours(1);
            case "m" -> Duration.ofMinutes(1);
            case "s" -> Duration.ofSeconds(1);
            case "ms" -> Duration.ofMillis(1);
            case "us" -> Duration.ofNanos(1000);
            default -> Duration.ofNanos(1);
        };
    }

    private Map<String, Object> result() {
        if (!env.isEmpty()) {
            config.put(
                    "Env",
                    env.entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue())
                            .toList());
        }
        putUnlessEmpty("Labels", labels);
        putUnlessEmpty("ExposedPorts", ports);
        putUnlessEmpty("Volumes", volumes);
        return config;
    }

    private void putUnlessEmpty(String field, Map<String, ?> map) {
        if (!map.isEmpty()) {
            config.put(field, map);
        }
    }

    private static ImageException refused(String why) {
        return new ImageException(Reason.INVALID, why);
    }
}
