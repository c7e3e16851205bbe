package io.bulkhead.ownership;

import io.bulkhead.kernel.Fd;
import java.nio.file.Path;

/// A tree that was found to be nobody's but the asker's: only [Ownership] makes one.
public final class ChangeableTree {

    private final Path path;
    private final Fd root;

    ChangeableTree(Path path, Fd root) {
        this.path = path;
        this.root = root;
    }

    Path path() {
        return path;
    }

    Fd root() {
        return root;
    }
}
