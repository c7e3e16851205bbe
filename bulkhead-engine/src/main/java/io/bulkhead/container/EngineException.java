package io.bulkhead.container;

/// A request the engine could not carry out. Callers switch on the reason; people read the message, which names the
/// thing.
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public EngineException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public EngineException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        /// No such container, exec, image, volume or network.
        NOT_FOUND,
        /// The request itself is wrong.
        INVALID,
        /// It clashes with what is there: a name in use, a container in the wrong state.
        CONFLICT,
        /// Already so: start of a running container, stop of a stopped one.
        NOT_MODIFIED,
        /// The program to run is not in the image (the client exits with 127).
        COMMAND_NOT_FOUND,
        /// The program to run cannot be executed (the client exits with 126).
        COMMAND_NOT_EXECUTABLE,
        /// Bulkhead does not do this (yet); the message says what to use instead.
        UNSUPPORTED,
        /// No space is left where the engine stores things.
        STORAGE_FULL,
        /// What the engine stored cannot be read or written.
        STORAGE,
        /// The OCI runtime, the monitor or the kernel refused.
        RUNTIME_FAILED
    }
}
