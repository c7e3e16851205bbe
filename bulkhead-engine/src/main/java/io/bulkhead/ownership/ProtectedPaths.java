package io.bulkhead.ownership;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Trees of the host itself. No container gets to see them with mapped owners unless somebody allowed to asks for
/// it: in those its root would be host root for every file. It sees them as nobody, which is enough to read what
/// everybody may read. Nobody at all has their owners changed.
public final class ProtectedPaths {

    private static final List<String> TREES = List.of(
            "/bin",
            "/boot",
            "/dev",
            "/etc",
            "/lib",
            "/lib32",
            "/lib64",
            "/proc",
            "/root",
            "/run/bulkhead",
            "/run/containerd",
            "/run/docker",
            "/run/systemd",
            "/sbin",
            "/sys",
            "/usr",
            "/var/lib/bulkhead",
            "/var/lib/containerd",
            "/var/lib/containers",
            "/var/lib/docker",
            "/var/log",
            "/var/spool/cron");

    /// Themselves only: what lies below belongs to somebody.
    private static final List<String> PLACES = List.of("/home", "/run", "/var");

    private ProtectedPaths() {}

    /// @param source resolved
    /// @param storage the engine's own, wherever it is
    public static boolean protects(Path source, Path storage) {
        return PLACES.stream().anyMatch(place -> source.equals(Path.of(place)))
                || TREES.stream().map(Path::of).anyMatch(tree -> related(source, tree))
                || related(source, storage);
    }

    private static boolean related(Path one, Path other) {
        return one.startsWith(other) || other.startsWith(one);
    }

    /// The trees themselves, as far as this host has them.
    static Stream<Path> present() {
        return Stream.concat(Stream.of("/"), Stream.concat(TREES.stream(), PLACES.stream()))
                .map(Path::of)
                .filter(tree -> Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS));
    }
}
