package io.bulkhead.recording;

/// A recording that is not there, or cannot be read or written.
public final class RecordingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    RecordingException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    RecordingException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        NOT_FOUND,
        /// There are as many as there may be.
        TOO_MANY,
        /// Its file cannot be read or written, or is damaged.
        STORAGE
    }
}
