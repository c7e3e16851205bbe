package io.bulkhead.cli.api;

/// What the daemon refused or could not do, in its own words; status 0 when it could not be asked at all.
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    public ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
