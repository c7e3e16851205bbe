package io.bulkhead.access;

/// The answer to "may this caller do this": a proof, or a refusal with its reason.
public sealed interface Decision permits Allowed, Decision.Denied {

    /// @param rule what refused, for example `default: no role is bound to unix:1000`
    /// @param remedy what would lift the refusal, in words for the caller
    record Denied(Reason reason, String rule, String remedy) implements Decision {}

    enum Reason {
        /// Nobody knows who asks.
        NO_IDENTITY,
        /// Nobody gave this caller a role.
        NO_BINDING,
        /// No role of this caller's has the operation, whatever it is about.
        NO_GRANT,
        /// Some role has the operation, but not for this container, image, volume or network.
        OUT_OF_SCOPE,
        /// Some role has the operation for this target, but not with all that is asked for.
        PRIVILEGE,
        /// A line of a role that forbids.
        EXPLICIT_DENY,
        UNKNOWN_OPERATION,
        /// The kernel refused, by a container's filter: nobody asked the engine.
        SYSCALL_FILTER,
        /// The same, but the filter only watches: the call was let through.
        SYSCALL_CANARY
    }
}
