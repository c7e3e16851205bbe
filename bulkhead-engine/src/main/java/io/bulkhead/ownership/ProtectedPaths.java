package io.bulkhead.ownership;

import io.bulkhead.spec.HostTrees;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Trees of the host itself and of the engine: see [HostTrees].
public final class ProtectedPaths {

    private ProtectedPaths() {}

    /// @param source resolved
    /// @param storage the engine's own, wherever it is
    public static boolean protects(Path source, Path storage) {
        return HostTrees.protects(source.toString()) || source.startsWith(storage) || storage.startsWith(source);
    }

    /// The trees themselves, as far as this host has them.
    static Stream<Path> present() {
        return HostTrees.names().map(Path::of).filter(tree -> Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS));
    }
}
