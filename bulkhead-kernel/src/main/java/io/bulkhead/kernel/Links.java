package io.bulkhead.kernel;

/// What a path may do on its way through a pinned directory (openat2(2)). Neither choice ever leaves the directory,
/// and neither follows a magic link such as `/proc/self/root`.
public enum Links {

    /// No symbolic link anywhere on the path, the last name included.
    REFUSE(0x02 | 0x04 | 0x08),

    /// Links are followed as a process whose root is the directory would follow them: absolute targets and `..` start
    /// and end at it.
    IN_ROOT(0x02 | 0x10);

    private final int resolve;

    Links(int resolve) {
        this.resolve = resolve;
    }

    int resolve() {
        return resolve;
    }
}
