package io.bulkhead.daemon;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.bulkhead.container.EngineSettings.StaticIds;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// `/etc/bulkhead/bulkhead.yaml`. Every key may be left out; a key that does not exist, a key given twice and a
/// value out of bounds are errors with their place, because a misspelt limit is no limit.
final class ConfigFile {

    static final Path PATH = Path.of("/etc/bulkhead/bulkhead.yaml");

    private static final long DEFAULT_LOG_LIMIT = 16L << 20;
    private static final int MODE_BITS = 0666;

    private ConfigFile() {}

    /// The file's own shape.
    record Content(
            @Nullable SocketKeys socket,
            @Nullable TcpKeys tcp,
            @Nullable String state,
            @Nullable String run,
            @Nullable IdKeys ids,
            @Nullable RuntimeKeys runtime,
            @Nullable LogKeys log,
            @Nullable NetworkKeys network,
            @Nullable RegistryKeys registries,
            @Nullable ContainerKeys containers,
            @Nullable AuditSection audit,
            @Nullable String roles,
            @JsonProperty("shutdown-seconds") @Nullable Integer shutdownSeconds) {

        static final Content EMPTY =
                new Content(null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    record SocketKeys(
            @Nullable String path,
            @Nullable String mode,
            @Nullable String group) {}

    record TcpKeys(
            @Nullable List<@Nullable String> listen,
            @Nullable String certificate,
            @Nullable String key,
            @JsonProperty("client-ca") @Nullable String clientAuthorities,
            @Nullable String crl,
            @Nullable Boolean tokens) {}

    record IdKeys(
            @Nullable Long first,
            @Nullable Long count,
            @JsonProperty("static") @Nullable StaticKeys shared) {}

    record StaticKeys(
            @Nullable String registry,
            @Nullable Long first,
            @Nullable Long count,
            @Nullable String tenant) {}

    record RuntimeKeys(
            @JsonProperty("default") @Nullable String name,
            @Nullable String crun,
            @Nullable String runc,
            @Nullable String conmon) {}

    record LogKeys(@Nullable String level, @Nullable String format) {}

    record NetworkKeys(@Nullable String bridge, @Nullable String subnet) {}

    record RegistryKeys(@Nullable String certificates) {}

    record ContainerKeys(
            @JsonProperty("log-size") @Nullable String logSize,
            @Nullable String recording,
            @Nullable String userns,
            @JsonProperty("userns-of") @Nullable Map<String, String> usernsOf) {}

    /// @param required whether the file was asked for by name; the default one may be missing
    static Config read(Path file, boolean required) {
        if (!required && Files.notExists(file)) {
            return config(Content.EMPTY);
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException unreadable) {
            throw new StartException(file + ": cannot be read: " + unreadable.getMessage(), unreadable);
        }
        try {
            return parse(text);
        } catch (StartException problem) {
            throw new StartException(file + problem.getMessage(), problem);
        }
    }

    /// @throws StartException whose message begins with the place
    static Config parse(String text) {
        try {
            // A file of comments alone is no YAML document for Jackson.
            boolean empty =
                    text.lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"));
            Content content = empty ? Content.EMPTY : yaml().readValue(text, Content.class);
            return config(content == null ? Content.EMPTY : content);
        } catch (UnrecognizedPropertyException unknown) {
            throw new StartException(place(unknown, text) + "there is no key `" + Names.shown(unknown.getPropertyName())
                    + "`" + suggestion(unknown.getPropertyName(), unknown.getKnownPropertyIds()));
        } catch (JacksonException malformed) {
            throw new StartException(place(malformed) + Names.shown(firstLine(malformed)));
        } catch (IllegalArgumentException invalid) {
            throw new StartException(": " + invalid.getMessage(), invalid);
        }
    }

    /// Made when it is needed: without a file the daemon starts faster.
    private static YAMLMapper yaml() {
        return YAMLMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    private static Config config(Content content) {
        SocketKeys socket = or(content.socket, new SocketKeys(null, null, null));
        IdKeys ids = or(content.ids, new IdKeys(null, null, null));
        RuntimeKeys runtime = or(content.runtime, new RuntimeKeys(null, null, null, null));
        LogKeys log = or(content.log, new LogKeys(null, null));
        NetworkKeys network = or(content.network, new NetworkKeys(null, null));
        RegistryKeys registries = or(content.registries, new RegistryKeys(null));
        ContainerKeys containers = or(content.containers, new ContainerKeys(null, null, null, null));
        return new Config(
                new Config.Socket(
                        absolute("socket.path", or(socket.path, "/run/bulkhead/bulkhead.sock")),
                        mode(or(socket.mode, "0600")),
                        Optional.ofNullable(socket.group)),
                Optional.ofNullable(content.tcp).map(TcpConfig::of),
                absolute("state", or(content.state, "/var/lib/bulkhead")),
                absolute("run", or(content.run, "/run/bulkhead")),
                new IdRange(or(ids.first, 1_000_000_000L), or(ids.count, 1_000_000_000L)),
                Optional.ofNullable(ids.shared).map(ConfigFile::staticIds),
                userns(containers),
                new Config.Programs(
                        choice("runtime.default", or(runtime.name, "crun"), Config.Runtime.class),
                        absolute("runtime.crun", or(runtime.crun, "/usr/bin/crun")),
                        absolute("runtime.runc", or(runtime.runc, "/usr/sbin/runc")),
                        absolute("runtime.conmon", or(runtime.conmon, "/usr/bin/conmon"))),
                new Config.Log(
                        choice("log.format", or(log.format, "text"), LogFormat.class),
                        choice("log.level", or(log.level, "info"), System.Logger.Level.class)),
                new Config.Bridge(or(network.bridge, "bulkhead0"), Optional.ofNullable(network.subnet)),
                absolute("registries.certificates", or(registries.certificates, "/etc/bulkhead/certs.d")),
                absolute("roles", or(content.roles, "/etc/bulkhead/roles.yaml")),
                or(content.audit, AuditSection.EMPTY).config(),
                choice("containers.recording", or(containers.recording, "auto"), Config.Recording.class),
                containers.logSize == null ? DEFAULT_LOG_LIMIT : size("containers.log-size", containers.logSize),
                grace(or(content.shutdownSeconds, 10)));
    }

    /// Right behind the engine's own by default.
    private static StaticIds staticIds(StaticKeys keys) {
        if (keys.registry == null) {
            throw new StartException(
                    ": ids.static.registry: there is no default for the directory that the hosts share");
        }
        Path registry = absolute("ids.static.registry", keys.registry);
        var whole = new IdRange(or(keys.first, 2_000_000_000L), or(keys.count, 1_000_000_000L));
        try {
            return new StaticIds(registry, whole, or(keys.tenant, "default"));
        } catch (IllegalArgumentException wrong) {
            throw new StartException(": ids.static.tenant: " + wrong.getMessage());
        }
    }

    private static UsernsDefaults userns(ContainerKeys keys) {
        var ofCallers = new HashMap<String, UsernsMode>();
        or(keys.usernsOf, Map.<String, String>of()).forEach((subject, mode) -> {
            String key = "containers.userns-of." + Names.shown(subject);
            if (!subject.matches("unix:(0|[1-9][0-9]{0,9})")) {
                throw new StartException(": " + key + ": a caller is written as in the record, for example unix:1000");
            }
            ofCallers.put(subject, mode(key, mode));
        });
        return new UsernsDefaults(mode("containers.userns", or(keys.userns, "auto")), ofCallers);
    }

    private static UsernsMode mode(String key, String mode) {
        try {
            return UsernsMode.parse(mode);
        } catch (IllegalArgumentException wrong) {
            throw new StartException(": " + key + ": `" + Names.shown(mode) + "`: " + wrong.getMessage(), wrong);
        }
    }

    static Path absolute(String key, String path) {
        if (!path.startsWith("/")) {
            throw new StartException(": " + key + ": `" + Names.shown(path) + "` is not an absolute path");
        }
        return Path.of(path).normalize();
    }

    private static int mode(String mode) {
        if (!mode.matches("0?[0-7]{3}") || (Integer.parseInt(mode, 8) & ~MODE_BITS) != 0) {
            throw new StartException(": socket.mode: `" + Names.shown(mode)
                    + "` is not a mode such as 0600 or 0660 (only reading and writing count)");
        }
        return Integer.parseInt(mode, 8);
    }

    /// `10m`, as Docker's `max-size`; `-1` for no limit.
    static long size(String key, String size) {
        String lower = size.toLowerCase(Locale.ROOT);
        if (lower.equals("-1")) {
            return -1;
        }
        if (!lower.matches("[0-9]{1,9}[kmg]?")) {
            throw new StartException(": " + key + ": `" + Names.shown(size)
                    + "` is not a size such as 10m, 512k or 1g, nor -1 for no limit");
        }
        char unit = lower.charAt(lower.length() - 1);
        int shift = switch (unit) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            default -> 0;
        };
        return Long.parseLong(shift == 0 ? lower : lower.substring(0, lower.length() - 1)) << shift;
    }

    private static Duration grace(int seconds) {
        if (seconds < 0 || seconds > 3600) {
            throw new StartException(": shutdown-seconds: " + seconds + " is outside 0..3600");
        }
        return Duration.ofSeconds(seconds);
    }

    static <E extends Enum<E>> E choice(String key, String word, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> new StartException(": " + key + ": `" + Names.shown(word) + "` is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static String place(JacksonException problem) {
        return problem.getLocation() == null || problem.getLocation().getLineNr() < 1
                ? ": "
                : ":" + problem.getLocation().getLineNr() + ": ";
    }

    /// Jackson knows the keys on the way to an unknown one but not its line: each is on the first line after the
    /// one before that has its name.
    private static String place(UnrecognizedPropertyException unknown, String text) {
        List<String> lines = text.lines().toList();
        int line = 0;
        for (JacksonException.Reference key : unknown.getPath()) {
            while (line < lines.size() && !lines.get(line).contains(String.valueOf(key.getPropertyName()))) {
                line++;
            }
        }
        return line < lines.size() ? ":" + (line + 1) + ": " : ": ";
    }

    private static String firstLine(JacksonException problem) {
        String message = problem instanceof DatabindException ? problem.getOriginalMessage() : problem.getMessage();
        return String.valueOf(message).lines().findFirst().orElse("not YAML");
    }

    private static String suggestion(String unknown, @Nullable Collection<Object> known) {
        if (known == null || known.isEmpty()) {
            return "";
        }
        String nearest = known.stream()
                .map(String::valueOf)
                .min(Comparator.comparingInt(key -> Nearest.distance(unknown, key)))
                .orElseThrow();
        return Nearest.distance(unknown, nearest) <= Math.max(2, nearest.length() / 2)
                ? "; did you mean `" + nearest + "`?"
                : "; there are " + known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }
}
