package io.bulkhead.volume;

import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import java.io.IOException;

/// What the file system said, as a [VolumeException]: a full disk is told apart.
final class StorageFailure {

    private StorageFailure() {}

    static VolumeException of(String what, Exception failure) {
        if (full(failure)) {
            return new VolumeException(
                    VolumeException.Reason.STORAGE_FULL, what + ": no space left on device", failure);
        }
        return new VolumeException(VolumeException.Reason.STORAGE, what + ": " + failure.getMessage(), failure);
    }

    private static boolean full(Exception failure) {
        return switch (failure) {
            case KernelException kernel -> kernel.errno() == Errno.ENOSPC || kernel.errno() == Errno.EDQUOT;
            // The JDK keeps no error number, only the C library's words for it.
            case IOException io -> String.valueOf(io.getMessage()).contains("No space left");
            default -> false;
        };
    }
}
