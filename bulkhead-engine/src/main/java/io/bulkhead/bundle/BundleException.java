package io.bulkhead.bundle;

import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import java.io.IOException;

/// A container that cannot be prepared as its spec says.
public final class BundleException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;

    public BundleException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public BundleException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /// A refused system call, sorted into "the disk is full" and everything else.
    static BundleException of(String what, KernelException failure) {
        boolean full = failure.errno() == Errno.ENOSPC || failure.errno() == Errno.EDQUOT;
        return new BundleException(
                full ? Reason.STORAGE_FULL : Reason.KERNEL, what + ": " + failure.getMessage(), failure);
    }

    static BundleException of(String what, IOException failure) {
        // The JDK has no type for a full disk: the reason is in the text of the C library only.
        String text = String.valueOf(failure.getMessage());
        boolean full = text.contains("No space left") || text.contains("quota exceeded");
        return new BundleException(full ? Reason.STORAGE_FULL : Reason.KERNEL, what + ": " + text, failure);
    }

    public Reason reason() {
        return reason;
    }

    public enum Reason {
        /// A user or group name that the image does not know.
        UNKNOWN_USER,
        /// A user or group id that the container's user namespace does not have.
        UNMAPPED_ID,
        /// A mount target or working directory that leads where nothing may be mounted or made.
        BAD_TARGET,
        /// The host path of a bind, or a directory of a volume, is not there or not what it was.
        BAD_SOURCE,
        /// The image's files are not what every root file system has, or try to lead outside.
        IMAGE_MALFORMED,
        /// No space is left.
        STORAGE_FULL,
        /// Asked for, and this engine, runtime or combination does not do it.
        UNSUPPORTED,
        /// The kernel refused.
        KERNEL
    }
}
