package io.bulkhead.seccomp;

/// A policy, a rule or a profile that means nothing, contradicts itself, or names what does not exist. The message says
/// what would be right.
public final class PolicyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public PolicyException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /// What is wrong with it.
    public enum Reason {
        SYNTAX,
        UNKNOWN_CALL,
        UNKNOWN_GROUP,
        UNKNOWN_FAMILY,
        UNKNOWN_ARCHITECTURE,
        UNKNOWN_VALUE,
        /// The call exists, but in a table that the filter does not let anybody use.
        OTHER_ARCHITECTURE,
        /// A condition on an argument that cannot have one.
        CONDITION,
        /// Two options that cannot both be meant.
        CONFLICT,
        /// A profile that says nothing, or something that no runtime does.
        PROFILE,
        TOO_LARGE
    }
}
