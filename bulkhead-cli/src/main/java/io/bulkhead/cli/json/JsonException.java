package io.bulkhead.cli.json;

/// Text that is not JSON.
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1;

    JsonException(String message) {
        super(message);
    }
}
