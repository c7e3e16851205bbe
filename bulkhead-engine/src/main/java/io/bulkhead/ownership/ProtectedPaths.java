package io.bulkhead.ownership;

import io.bulkhead.spec.HostTrees;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Trees of the host itself and of the engine: see [HostTrees].
public final class ProtectedPaths {

    private ProtectedPaths() {}

    /// @param source resolved
    /// @param storage the engine's own, wherever it is
    public static boolean protects(Path source, Path storage) {
        return HostTrees.protects(source.toString()) || source.startsWith(storage) || storage.startsWith(source);
    }

    /// The tree that a path is, holds or lies in by another name, such as a bind mount.
    ///
    /// @param source resolved, and not protected by its name
    static Optional<Path> alias(Path source, Path storage) {
        MountTable mounts = MountTable.read();
        return mounts.place(source)
                .flatMap(place -> Stream.concat(present(), Stream.of(storage))
                        .filter(tree -> mounts.place(tree)
                                .filter(other -> same(place, other, HostTrees.onlyItself(tree.toString())))
                                .isPresent())
                        .findFirst());
    }

    private static boolean same(MountTable.Place place, MountTable.Place tree, boolean onlyItself) {
        return onlyItself ? place.equals(tree) : place.holds(tree) || tree.holds(place);
    }

    /// The trees themselves, as far as this host has them.
    static Stream<Path> present() {
        return HostTrees.names().map(Path::of).filter(tree -> Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS));
    }
}
