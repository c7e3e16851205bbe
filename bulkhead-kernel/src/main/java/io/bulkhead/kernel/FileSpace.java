package io.bulkhead.kernel;

import java.nio.file.Path;

/// Room on a file system that is set aside for one file, so that nobody else can take it.
public final class FileSpace {

    private static final int FALLOC_FL_KEEP_SIZE = 1;

    private FileSpace() {}

    public enum Outcome {
        RESERVED,
        /// No space left, or a quota reached.
        FULL,
        /// This file system has no such thing.
        UNSUPPORTED
    }

    /// Sets room aside from `offset` on; the length of the file stays. Truncating the file gives it back.
    public static Outcome reserve(Path file, long offset, long bytes) {
        try (Fd opened = Opening.plain(file, Sys.O_WRONLY | Sys.O_NOFOLLOW | Sys.O_NONBLOCK)) {
            long result = Calls.restarting(Sys.FALLOCATE, opened.number(), FALLOC_FL_KEEP_SIZE, offset, bytes);
            if (result == -Errno.ENOSPC || result == -Errno.EDQUOT) {
                return Outcome.FULL;
            }
            if (result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS) {
                return Outcome.UNSUPPORTED;
            }
            Calls.check(result, "fallocate", file.toString());
            return Outcome.RESERVED;
        }
    }
}
