package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.layer.LayerException;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Failures of the layers beneath in the words of this package.
final class Failures {

    private Failures() {}

    /// Runs work on the store's files.
    static <T> T told(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (LayerException failure) {
            throw layer(what, failure);
        } catch (KernelException failure) {
            throw storage(what, failure);
        }
    }

    static void told(String what, Runnable work) {
        told(what, () -> {
            work.run();
            return Boolean.TRUE;
        });
    }

    static ImageException storage(String what, KernelException failure) {
        return storage(what, failure, failure.getMessage());
    }

    static ImageException storage(String what, IOException failure) {
        return storage(what, failure, failure.getMessage());
    }

    private static ImageException storage(String what, Throwable failure, @Nullable String message) {
        Reason reason = LayerException.full(failure) ? Reason.STORAGE_FULL : Reason.STORAGE;
        return new ImageException(reason, what + ": " + message, failure);
    }

    private static ImageException layer(String what, LayerException failure) {
        Reason reason = switch (failure.reason()) {
            case MALFORMED -> Reason.MALFORMED;
            case TOO_LARGE -> Reason.TOO_LARGE;
            case STORAGE_FULL -> Reason.STORAGE_FULL;
            case STORAGE -> Reason.STORAGE;
        };
        return new ImageException(reason, what + ": " + failure.getMessage(), failure);
    }
}
