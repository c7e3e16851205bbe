package io.bulkhead.layer;

import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A layer or archive that cannot be unpacked. The message names the entry, escaped and cut.
public final class LayerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public LayerException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    LayerException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        /// It breaks its format, or a name or link of it leads outside.
        MALFORMED,
        /// Larger, deeper or better compressed than is taken.
        TOO_LARGE,
        STORAGE_FULL,
        STORAGE
    }

    /// A failure while reading the archive: what we threw from inside a stream, or a broken format.
    static LayerException reading(IOException failure) {
        return failure instanceof Limit limit
                ? new LayerException(Reason.TOO_LARGE, limit.words, failure)
                : new LayerException(Reason.MALFORMED, "the archive is broken: " + failure.getMessage(), failure);
    }

    /// A failure while making an entry. Errors that a strange name causes are the archive's fault.
    static LayerException making(String what, KernelException failure) {
        return new LayerException(reason(failure.errno()), what + ": " + failure.getMessage(), failure);
    }

    /// Full is `ENOSPC` and `EDQUOT`, wherever in the chain of causes.
    public static boolean full(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof KernelException kernel && reason(kernel.errno()) == Reason.STORAGE_FULL) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static Reason reason(int errno) {
        return switch (errno) {
            case Errno.ENOSPC, Errno.EDQUOT -> Reason.STORAGE_FULL;
            case Errno.ELOOP,
                    Errno.EXDEV,
                    Errno.ENOTDIR,
                    Errno.EISDIR,
                    Errno.ENOENT,
                    Errno.EINVAL,
                    Errno.EEXIST,
                    Errno.EPERM,
                    Errno.ENAMETOOLONG -> Reason.MALFORMED;
            default -> Reason.STORAGE;
        };
    }

    /// Thrown from inside a stream, where only an [IOException] gets out.
    static final class Limit extends IOException {

        private static final long serialVersionUID = 1;

        private final String words;

        Limit(String words) {
            super(words);
            this.words = words;
        }
    }
}
