package io.bulkhead.kernel;

/// A system call that failed.
public final class KernelException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int errno;

    /// @param what the call and what it was about, for example `openat2 etc/passwd`
    public KernelException(String what, int errno) {
        super(what + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
