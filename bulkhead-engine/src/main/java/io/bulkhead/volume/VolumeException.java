package io.bulkhead.volume;

/// A volume that is not there, cannot be made or is in use.
public final class VolumeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public VolumeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public VolumeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        NOT_FOUND,
        INVALID,
        IN_USE,
        STORAGE_FULL,
        STORAGE
    }
}
