package io.bulkhead.access;

/// The answer to "may this caller do this": a proof, or a refusal with its reason.
public sealed interface Decision permits Allowed, Decision.Denied {

    /// @param rule what refused, for example `default: only root may use this engine`
    /// @param remedy what would lift the refusal, in words for the caller
    record Denied(Reason reason, String rule, String remedy) implements Decision {}

    enum Reason {
        NO_BINDING,
        EXPLICIT_DENY,
        UNKNOWN_OPERATION,
        POLICY_UNREADABLE,
        /// The kernel refused, by a container's filter: nobody asked the engine.
        SYSCALL_FILTER,
        /// The same, but the filter only watches: the call was let through.
        SYSCALL_CANARY
    }
}
