package io.bulkhead.ownership;

/// Owners that are not changed, or not all of them.
public final class OwnershipException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    OwnershipException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    OwnershipException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        /// A tree of the host itself, or of the engine.
        PROTECTED,
        /// No such change, or its tree is gone.
        NOT_FOUND,
        /// The path leads to another tree than it did.
        ANOTHER_TREE,
        /// The tree is nested deeper than a path can be long.
        TOO_DEEP,
        /// What was recorded cannot be read or written.
        STORAGE,
        /// The kernel refused.
        KERNEL
    }
}
