package io.bulkhead.http;

/// A request that says nothing acceptable about who sends it. Whoever throws it has put that on the record.
public final class UnidentifiedException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;

    private UnidentifiedException(int status, String message) {
        super(message);
        this.status = status;
    }

    /// @param message for the client
    public static UnidentifiedException unauthorized(String message) {
        return new UnidentifiedException(401, message);
    }

    public static UnidentifiedException tooMany(String message) {
        return new UnidentifiedException(429, message);
    }

    int status() {
        return status;
    }
}
