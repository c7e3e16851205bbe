package io.bulkhead.daemon;

/// Why the daemon does not start: something its administrator can put right. The message is all they see.
final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
