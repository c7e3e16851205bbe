package io.bulkhead.daemon;

import io.bulkhead.audit.AuditSettings;
import io.bulkhead.name.Names;
import io.bulkhead.sink.SinkSettings;
import io.bulkhead.sink.SinkSettings.Facility;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// `audit:` of the configuration file (docs/audit.md).
record AuditSection(
        @Nullable String sync,
        @Nullable RotateKeys rotate,
        @Nullable KeepKeys keep,
        @Nullable CheckpointKeys checkpoint,
        @Nullable List<SinkKeys> sinks) {

    static final AuditSection EMPTY = new AuditSection(null, null, null, null, null);

    private static final int SYSLOG_PORT = 514;
    private static final int SYSLOG_TLS_PORT = 6514;

    record RotateKeys(@Nullable String size, @Nullable String age) {}

    record KeepKeys(
            @Nullable Integer files,
            @Nullable String age,
            @Nullable String size) {}

    record CheckpointKeys(
            @Nullable Integer records, @Nullable String every) {}

    /// @param to of syslog: `unix:///dev/log`, `udp://HOST:PORT`, `tcp://HOST:PORT` or `tls://HOST:PORT`
    record SinkKeys(
            @Nullable String name,
            @Nullable String type,
            @Nullable String to,
            @Nullable String facility,
            @Nullable String ca,
            @Nullable String certificate,
            @Nullable String key) {}

    private enum Type {
        JOURNAL,
        SYSLOG,
        KERNEL
    }

    Config.Audit config() {
        return new Config.Audit(
                new AuditSettings(
                        ConfigFile.choice("audit.sync", sync == null ? "interval" : sync, AuditSettings.Sync.class),
                        rotation(),
                        retention(),
                        checkpoints()),
                sinkSettings());
    }

    private AuditSettings.Rotation rotation() {
        AuditSettings.Rotation defaults = AuditSettings.DEFAULTS.rotation();
        if (rotate == null) {
            return defaults;
        }
        long bytes = rotate.size == null ? defaults.bytes() : positive("audit.rotate.size", rotate.size);
        return new AuditSettings.Rotation(
                bytes, Optional.ofNullable(rotate.age).map(age -> time("audit.rotate.age", age)));
    }

    private AuditSettings.Retention retention() {
        if (keep == null) {
            return AuditSettings.DEFAULTS.retention();
        }
        if (keep.files != null && keep.files < 1) {
            throw new StartException(": audit.keep.files: " + keep.files + " is fewer than one");
        }
        return new AuditSettings.Retention(
                keep.files == null ? OptionalInt.empty() : OptionalInt.of(keep.files),
                Optional.ofNullable(keep.age).map(age -> time("audit.keep.age", age)),
                keep.size == null ? OptionalLong.empty() : OptionalLong.of(positive("audit.keep.size", keep.size)));
    }

    private AuditSettings.Checkpoints checkpoints() {
        AuditSettings.Checkpoints defaults = AuditSettings.DEFAULTS.checkpoints();
        if (checkpoint == null) {
            return defaults;
        }
        return new AuditSettings.Checkpoints(
                checkpoint.records == null ? defaults.records() : checkpoint.records,
                checkpoint.every == null ? defaults.pause() : time("audit.checkpoint.every", checkpoint.every));
    }

    /// `-1` means no limit for logs of containers; here that is said by leaving the key out.
    private static long positive(String key, String size) {
        long bytes = ConfigFile.size(key, size);
        if (bytes < 1) {
            throw new StartException(
                    ": " + key + ": `" + Names.shown(size) + "` is no size; leave it out for no limit");
        }
        return bytes;
    }

    private static Duration time(String key, String text) {
        if (!text.matches("[1-9][0-9]{0,5}[smhd]")) {
            throw new StartException(
                    ": " + key + ": `" + Names.shown(text) + "` is not a time such as 30s, 10m, 12h or 90d");
        }
        long count = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private List<SinkSettings> sinkSettings() {
        var settings = new ArrayList<SinkSettings>();
        var names = new HashSet<String>();
        List<SinkKeys> all = sinks == null ? List.of() : sinks;
        for (int i = 0; i < all.size(); i++) {
            String place = "audit.sinks[" + i + "]";
            SinkSettings sink = sink(place, all.get(i));
            if (!names.add(sink.name())) {
                throw new StartException(
                        ": " + place + ": there are two sinks called " + sink.name() + ": give each a `name`");
            }
            settings.add(sink);
        }
        return settings;
    }

    private static SinkSettings sink(String place, SinkKeys keys) {
        if (keys.type == null) {
            throw new StartException(": " + place + ".type: it is journal, syslog or kernel");
        }
        Type type = ConfigFile.choice(place + ".type", keys.type, Type.class);
        boolean forSyslog = keys.facility != null || keys.ca != null || keys.certificate != null || keys.key != null;
        if (type != Type.SYSLOG && (forSyslog || (type == Type.KERNEL && keys.to != null))) {
            throw new StartException(": " + place + ": to, facility, ca, certificate and key are for syslog");
        }
        try {
            return new SinkSettings(
                    keys.name == null ? keys.type : keys.name,
                    switch (type) {
                        case JOURNAL -> new SinkSettings.JournalKind(journal(place, keys.to));
                        case KERNEL -> new SinkSettings.KernelKind();
                        case SYSLOG -> syslog(place, keys);
                    });
        } catch (IllegalArgumentException wrong) {
            throw new StartException(": " + place + ": " + wrong.getMessage(), wrong);
        }
    }

    private static Path journal(String place, @Nullable String to) {
        String socket = to == null ? "unix:///run/systemd/journal/socket" : to;
        if (!socket.startsWith("unix:///")) {
            throw new StartException(": " + place + ".to: `" + Names.shown(socket) + "` is not unix:///PATH");
        }
        return Path.of(socket.substring("unix://".length()));
    }

    private static SinkSettings.SyslogKind syslog(String place, SinkKeys keys) {
        String to = keys.to == null ? "unix:///dev/log" : keys.to;
        Facility facility = ConfigFile.choice(
                place + ".facility", keys.facility == null ? "authpriv" : keys.facility, Facility.class);
        if (to.startsWith("unix:///")) {
            forTlsOnly(place, keys, "unix");
            return new SinkSettings.SyslogKind(
                    new SinkSettings.Local(Path.of(to.substring("unix://".length()))), facility);
        }
        URI uri = uri(place, to);
        String scheme = uri.getScheme();
        int port = uri.getPort() > 0 ? uri.getPort() : scheme.equals("tls") ? SYSLOG_TLS_PORT : SYSLOG_PORT;
        if (!scheme.equals("tls")) {
            forTlsOnly(place, keys, scheme);
        }
        SinkSettings.Address address = switch (scheme) {
            case "udp" -> new SinkSettings.Udp(uri.getHost(), port);
            case "tcp" -> new SinkSettings.Tcp(uri.getHost(), port, Optional.empty());
            case "tls" -> new SinkSettings.Tcp(uri.getHost(), port, Optional.of(tls(place, keys)));
            default -> throw wrongAddress(place, to);
        };
        return new SinkSettings.SyslogKind(address, facility);
    }

    private static void forTlsOnly(String place, SinkKeys keys, String scheme) {
        if (keys.ca != null || keys.certificate != null || keys.key != null) {
            throw new StartException(
                    ": " + place + ": ca, certificate and key are for tls://, and this is " + scheme + "://");
        }
    }

    private static SinkSettings.Tls tls(String place, SinkKeys keys) {
        return new SinkSettings.Tls(
                file(place + ".ca", keys.ca),
                file(place + ".certificate", keys.certificate),
                file(place + ".key", keys.key));
    }

    private static Optional<Path> file(String key, @Nullable String path) {
        return Optional.ofNullable(path).map(given -> ConfigFile.absolute(key, given));
    }

    private static URI uri(String place, String to) {
        try {
            var uri = new URI(to);
            boolean plain = uri.getScheme() != null
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawPath().isEmpty();
            if (plain) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // told below
        }
        throw wrongAddress(place, to);
    }

    private static StartException wrongAddress(String place, String to) {
        return new StartException(": " + place + ".to: `" + Names.shown(to)
                + "` is none of unix:///PATH, udp://HOST:PORT, tcp://HOST:PORT, tls://HOST:PORT");
    }
}
