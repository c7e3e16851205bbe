package io.bulkhead.idregistry;

/// Ids that could not be agreed on. No ids are given then.
public final class RegistryException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public RegistryException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RegistryException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        CONFLICT,
        EXHAUSTED,
        UNAVAILABLE
    }
}
