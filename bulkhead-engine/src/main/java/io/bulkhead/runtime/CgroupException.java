package io.bulkhead.runtime;

/// A control group that did not do what it was asked.
public final class CgroupException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    CgroupException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    CgroupException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        /// The group, or one of its files, is not there: the container has ended, or the kernel lacks the controller.
        NOT_FOUND,
        /// The limits contradict each other, or the kernel refused them.
        INVALID,
        /// It did not happen in time.
        TIMED_OUT,
        /// Reading or writing failed.
        FAILED
    }
}
