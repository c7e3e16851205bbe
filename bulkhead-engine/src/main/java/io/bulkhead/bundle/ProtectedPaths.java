package io.bulkhead.bundle;

import java.nio.file.Path;
import java.util.List;

/// Trees of the host that no container gets to see with mapped owners: in those its root would be host root for every
/// file. It sees them as nobody, which is enough to read what everybody may read.
final class ProtectedPaths {

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
    static boolean protects(Path source, Path storage) {
        String path = source.toString();
        return PLACES.contains(path)
                || TREES.stream().anyMatch(tree -> Paths.within(path, tree) || Paths.within(tree, path))
                || source.startsWith(storage)
                || storage.startsWith(source);
    }
}
