package io.bulkhead.network;

/// A network that is not there or could not be set up.
public final class NetworkException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public NetworkException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public NetworkException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        NOT_FOUND,
        INVALID,
        /// The host port is taken.
        PORT_TAKEN,
        /// No free address is left.
        EXHAUSTED,
        /// `ip`, `nft` or the kernel refused.
        PLUMBING
    }
}
