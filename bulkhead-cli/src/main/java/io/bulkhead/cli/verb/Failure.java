package io.bulkhead.cli.verb;

/// A verb that cannot go on: one line for the user, and the exit code.
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int code;

    public Failure(String message) {
        this(1, message);
    }

    public Failure(int code, String message) {
        super(message);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
