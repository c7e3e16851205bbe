package io.bulkhead.authn;

/// Why a key, a certificate or a token cannot be used or made. Never has a secret in it.
public final class AuthnException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    /// What callers decide on.
    public enum Reason {
        INVALID,
        NOT_FOUND,
        CONFLICT,
        STORAGE
    }

    public AuthnException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public AuthnException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
