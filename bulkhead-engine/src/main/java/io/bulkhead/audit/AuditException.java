package io.bulkhead.audit;

import org.jspecify.annotations.Nullable;

/// The record could not be written, so the operation did not happen.
public final class AuditException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public AuditException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
