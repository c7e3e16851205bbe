package io.bulkhead.access;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The authenticated subject of a request. Made only from what the kernel or a verified certificate says; a request
/// without one is refused before it is read.
public sealed interface Caller {

    /// A process on this host, from `SO_PEERCRED` and `SO_PEERGROUPS` (unix(7)): the ids at connect time.
    ///
    /// @param pid the peer's process, for the record only: it may have ended since
    /// @param loginUid the audit login uid of the human behind sudo, where the kernel knows one
    record UnixUser(long uid, long gid, List<Long> groups, OptionalInt pid, OptionalLong loginUid) implements Caller {
        public UnixUser {
            groups = List.copyOf(groups);
            if (uid < 0 || uid >= 0xFFFF_FFFFL || gid < 0 || gid >= 0xFFFF_FFFFL) {
                throw new IllegalArgumentException("uid " + uid + ", gid " + gid + " are not ids");
            }
        }
    }

    /// The engine itself, acting on something a caller was allowed to set up earlier: a restart policy, a health check.
    ///
    /// @param reason why it acts, a fixed word such as `restart-policy`
    record Engine(String reason) implements Caller {}

    /// `unix:0`, `engine:health-check`: as the audit record has it.
    default String subject() {
        return switch (this) {
            case UnixUser user -> "unix:" + user.uid();
            case Engine engine -> "engine:" + engine.reason();
        };
    }
}
