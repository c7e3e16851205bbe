package io.bulkhead.dockerapi;

import io.bulkhead.container.EngineException;
import io.bulkhead.image.ImageException;
import io.bulkhead.network.NetworkException;
import io.bulkhead.ownership.OwnershipException;
import io.bulkhead.recording.RecordingException;
import io.bulkhead.volume.VolumeException;
import java.util.Locale;

/// What the record says of a failure: one fixed word. Messages quote what callers wrote, and that may be a secret.
final class ErrorWord {

    /// The client closed the connection before it had its answer.
    static final String CLIENT_GONE = "client-gone";

    private ErrorWord() {}

    static String of(RuntimeException thrown) {
        return switch (thrown) {
            case EngineException engine -> word(engine.reason());
            case ImageException image -> word(image.reason());
            case VolumeException volume -> word(volume.reason());
            case NetworkException network -> word(network.reason());
            case OwnershipException ownership -> word(ownership.reason());
            case RecordingException recording -> word(recording.reason());
            case Refusal refusal -> of(refusal.status());
            case IllegalArgumentException _ -> of(400);
            default -> of(500);
        };
    }

    static String of(int status) {
        return switch (status) {
            case 400 -> "invalid";
            case 401, 403 -> "refused";
            case 404 -> "not-found";
            case 409 -> "conflict";
            case 413 -> "too-large";
            case 501 -> "unsupported";
            case 503 -> "unavailable";
            default -> status < 500 ? "invalid" : "failed";
        };
    }

    private static String word(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
