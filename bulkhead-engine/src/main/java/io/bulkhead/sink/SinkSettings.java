package io.bulkhead.sink;

import java.nio.file.Path;
import java.util.Optional;

/// One sink somebody asked for.
///
/// @param name names it in messages and for where it has come to
public record SinkSettings(String name, Kind kind) {

    public SinkSettings {
        if (!name.matches("[a-z0-9][a-z0-9_-]{0,62}")) {
            throw new IllegalArgumentException("a sink's name is of small letters, digits, `-` and `_`");
        }
    }

    public sealed interface Kind {}

    /// @param socket usually `/run/systemd/journal/socket`
    public record JournalKind(Path socket) implements Kind {}

    public record SyslogKind(Address to, Facility facility) implements Kind {}

    /// The kernel's audit log, while that is on.
    public record KernelKind() implements Kind {}

    /// Where a syslog server listens.
    public sealed interface Address {}

    /// @param socket usually `/dev/log`
    public record Local(Path socket) implements Address {}

    public record Udp(String host, int port) implements Address {}

    /// @param tls empty for a connection that anybody on the way can read and change
    public record Tcp(String host, int port, Optional<Tls> tls) implements Address {}

    /// @param authorities PEM file of the certificates that may have signed the server's; empty for those of the JDK
    /// @param certificate PEM file of this engine's own, with its key in another
    public record Tls(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {
        public Tls {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("a certificate needs its key, and a key its certificate");
            }
        }
    }

    /// syslog's, of those that make sense (RFC 5424, 6.2.1).
    public enum Facility {
        DAEMON(3),
        AUTH(4),
        AUTHPRIV(10),
        AUDIT(13),
        LOCAL0(16),
        LOCAL1(17),
        LOCAL2(18),
        LOCAL3(19),
        LOCAL4(20),
        LOCAL5(21),
        LOCAL6(22),
        LOCAL7(23);

        private final int code;

        Facility(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /// For people: `syslog tls://logs.example:6514`.
    public String where() {
        return switch (kind) {
            case JournalKind(var socket) -> "journal " + socket;
            case KernelKind() -> "kernel";
            case SyslogKind(Local(var socket), var _) -> "syslog unix://" + socket;
            case SyslogKind(Udp(var host, var port), var _) -> "syslog udp://" + host + ":" + port;
            case SyslogKind(Tcp(var host, var port, var tls), var _) ->
                "syslog " + (tls.isPresent() ? "tls" : "tcp") + "://" + host + ":" + port;
        };
    }
}
