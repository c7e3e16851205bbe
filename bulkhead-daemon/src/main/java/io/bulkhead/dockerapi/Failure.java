package io.bulkhead.dockerapi;

import io.bulkhead.audit.AccessDeniedException;
import io.bulkhead.audit.AuditException;
import io.bulkhead.authn.AuthnException;
import io.bulkhead.container.EngineException;
import io.bulkhead.image.ImageException;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.Names;
import io.bulkhead.network.NetworkException;
import io.bulkhead.ownership.OwnershipException;
import io.bulkhead.recording.RecordingException;
import io.bulkhead.volume.VolumeException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/// What an exception means to a client: Docker's status and the words for `{"message": ...}`. The one place where
/// HTTP statuses of failures are chosen.
record Failure(int status, String message) {

    private static final System.Logger LOG = System.getLogger(Failure.class.getName());

    static Failure of(RuntimeException thrown) {
        return switch (thrown) {
            case Refusal refusal -> new Failure(refusal.status(), text(refusal));
            case AccessDeniedException denied -> new Failure(403, text(denied));
            case AuditException audit -> new Failure(503, text(audit));
            case EngineException engine -> of(engine);
            case ImageException image -> new Failure(status(image.reason()), text(image));
            case VolumeException volume -> new Failure(status(volume.reason()), text(volume));
            case NetworkException network -> new Failure(status(network.reason()), text(network));
            case OwnershipException ownership -> new Failure(status(ownership.reason()), text(ownership));
            case AuthnException authn -> new Failure(status(authn.reason()), text(authn));
            case RecordingException recording -> new Failure(status(recording.reason()), text(recording));
            case JacksonException json -> new Failure(400, "invalid JSON: " + Names.shown(json.getOriginalMessage()));
            case IllegalArgumentException argument -> new Failure(400, text(argument));
            case KernelException kernel
            when kernel.errno() == Errno.ENOSPC || kernel.errno() == Errno.EDQUOT ->
                new Failure(500, "no space left on device: " + text(kernel));
            default -> unexpected(thrown);
        };
    }

    /// A failure nobody planned for: the client gets a number to look it up by, the log gets the rest.
    private static Failure unexpected(RuntimeException thrown) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        LOG.log(System.Logger.Level.ERROR, "unexpected error " + id, thrown);
        return new Failure(500, "unexpected error; the engine's log has it under " + id);
    }

    private static Failure of(EngineException engine) {
        String message = text(engine);
        return switch (engine.reason()) {
            case NOT_FOUND -> new Failure(404, message);
            case INVALID -> new Failure(400, message);
            case CONFLICT -> new Failure(409, message);
            case NOT_MODIFIED -> new Failure(304, message);
            // `docker run` turns these words into its exit code 127 or 126 (docker/cli, runStartContainerErr).
            case COMMAND_NOT_FOUND ->
                new Failure(400, withOneOf(message, "executable file not found in $PATH", "no such file or directory"));
            case COMMAND_NOT_EXECUTABLE -> new Failure(400, withOneOf(message, "permission denied", "is a directory"));
            case UNSUPPORTED -> new Failure(501, message);
            case STORAGE_FULL, STORAGE, RUNTIME_FAILED -> new Failure(500, message);
        };
    }

    private static String withOneOf(String message, String first, String second) {
        boolean has = Stream.of(first, second).anyMatch(message::contains);
        return has ? message : message + ": " + first;
    }

    private static int status(ImageException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> 404;
            case AMBIGUOUS, INVALID, MALFORMED -> 400;
            case IN_USE -> 409;
            case TOO_LARGE -> 413;
            case UNTRUSTED -> 403;
            // As dockerd: with 401 the client would ask for a password in the middle of a pull.
            case UNAUTHORIZED, DIGEST_MISMATCH, REGISTRY, STORAGE_FULL, STORAGE -> 500;
        };
    }

    private static int status(VolumeException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> 404;
            case INVALID -> 400;
            case IN_USE -> 409;
            case STORAGE_FULL, STORAGE -> 500;
        };
    }

    private static int status(NetworkException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> 404;
            case INVALID -> 400;
            case PORT_TAKEN, EXHAUSTED, PLUMBING -> 500;
        };
    }

    private static int status(OwnershipException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> 404;
            case PROTECTED, TOO_DEEP -> 400;
            case ANOTHER_TREE -> 409;
            case STORAGE, KERNEL -> 500;
        };
    }

    private static int status(AuthnException.Reason reason) {
        return switch (reason) {
            case INVALID -> 400;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case STORAGE -> 500;
        };
    }

    private static int status(RecordingException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> 404;
            case TOO_MANY -> 409;
            case STORAGE -> 500;
        };
    }

    private static String text(RuntimeException thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.getClass().getSimpleName() : message;
    }
}
