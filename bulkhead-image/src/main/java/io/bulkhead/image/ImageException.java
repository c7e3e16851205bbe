package io.bulkhead.image;

/// An image that is not there, not well-formed or not to be had. The message names the thing; foreign text in it is
/// escaped and cut.
public final class ImageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public ImageException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ImageException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        NOT_FOUND,
        /// The name or id fits several images.
        AMBIGUOUS,
        /// The request is wrong, for example a name with a digest where a tag is needed.
        INVALID,
        /// In use by a container or a name.
        IN_USE,
        /// An archive, layer, manifest or configuration that breaks its format or tries to leave its place.
        MALFORMED,
        /// Larger than the store takes.
        TOO_LARGE,
        /// The bytes are not what their digest says.
        DIGEST_MISMATCH,
        /// The registry cannot be reached or spoke nonsense.
        REGISTRY,
        /// The registry wants other credentials.
        UNAUTHORIZED,
        /// No space is left.
        STORAGE_FULL,
        /// The trust policy does not let it run.
        UNTRUSTED,
        STORAGE
    }
}
