package io.bulkhead.access;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The authenticated subject of a request. Made only from what the kernel, a verified certificate or a token of this
/// engine says; a request without one is refused before it is read.
public sealed interface Caller {

    /// A process on this host, from `SO_PEERCRED` and `SO_PEERGROUPS` (unix(7)): the ids at connect time.
    ///
    /// @param pid the peer's process, for the record only: it may have ended since
    /// @param loginUid the audit login uid of the human behind sudo, where the kernel knows one
    /// @param executable the program it ran when it connected, for the record only: a process chooses what it
    /// runs, and the path is one of its own mounts
    record UnixUser(
            long uid, long gid, List<Long> groups, OptionalInt pid, OptionalLong loginUid, Optional<String> executable)
            implements Caller {

        /// Of whom no program is known.
        public UnixUser(long uid, long gid, List<Long> groups, OptionalInt pid, OptionalLong loginUid) {
            this(uid, gid, groups, pid, loginUid, Optional.empty());
        }

        public UnixUser {
            groups = List.copyOf(groups);
            if (uid < 0 || uid >= 0xFFFF_FFFFL || gid < 0 || gid >= 0xFFFF_FFFFL) {
                throw new IllegalArgumentException("uid " + uid + ", gid " + gid + " are not ids");
            }
        }
    }

    /// Who holds the key of a client certificate that a trusted authority signed (RFC 5280).
    ///
    /// @param commonName the subject's `CN`
    /// @param organizations the subject's `O`, which may be several
    /// @param alternativeNames as `DNS:name`, `URI:uri`, `EMAIL:address` or `IP:address`
    /// @param fingerprint SHA-256 of the certificate, in hex
    /// @param address where the connection comes from
    record Certificate(
            String commonName,
            List<String> organizations,
            List<String> alternativeNames,
            String fingerprint,
            Optional<String> address)
            implements Caller {
        public Certificate {
            organizations = List.copyOf(organizations);
            alternativeNames = List.copyOf(alternativeNames);
            if (commonName.isBlank()) {
                throw new IllegalArgumentException("a certificate without CN names nobody");
            }
        }
    }

    /// Who holds a bearer token that this engine gave out. It has the one role it was made for.
    ///
    /// @param id names the token on the record; it is no secret
    /// @param address where the connection comes from
    record Token(String name, String id, String role, Optional<String> address) implements Caller {}

    /// Somebody whose certificate or token was refused, or who had neither. Never a caller of anything: it is for
    /// the record alone.
    ///
    /// @param address where the connection comes from, for example `192.0.2.1` or `unix:1000`
    record Unidentified(String address) implements Caller {}

    /// The engine itself, acting on something a caller was allowed to set up earlier: a restart policy, a health
    /// check.
    ///
    /// @param reason why it acts, a fixed word such as `restart-policy`
    record Engine(String reason) implements Caller {}

    /// `unix:0`, `cert:ci`, `token:deploy`, `engine:health-check`: as the audit record has it, and as a container
    /// remembers its owner.
    default String subject() {
        return switch (this) {
            case UnixUser user -> "unix:" + user.uid();
            case Certificate certificate -> "cert:" + certificate.commonName();
            case Token token -> "token:" + token.name();
            case Unidentified unidentified -> "nobody:" + unidentified.address();
            case Engine engine -> "engine:" + engine.reason();
        };
    }
}
