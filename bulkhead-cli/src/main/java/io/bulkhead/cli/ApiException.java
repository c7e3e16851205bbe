package io.bulkhead.cli;

/// What the daemon refused or could not do, in its own words; status 0 when it could not be asked at all.
final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
