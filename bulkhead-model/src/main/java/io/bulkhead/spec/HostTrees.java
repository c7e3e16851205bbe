package io.bulkhead.spec;

import java.util.List;
import java.util.stream.Stream;

/// Trees of the host itself. No container gets to see them with mapped owners unless somebody allowed to asks for
/// it: in those its root would be host root for every file. It sees them as nobody, which is enough to read what
/// everybody may read. Nobody at all has their owners changed.
public final class HostTrees {

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

    private HostTrees() {}

    /// Whether a path is, holds or lies in one.
    ///
    /// @param path resolved and absolute
    public static boolean protects(String path) {
        return PLACES.contains(path) || TREES.stream().anyMatch(tree -> within(path, tree) || within(tree, path));
    }

    /// Whether what lies below a tree belongs to somebody.
    public static boolean onlyItself(String tree) {
        return tree.equals("/") || PLACES.contains(tree);
    }

    /// All of them by name, whether or not this host has them.
    public static Stream<String> names() {
        return Stream.of(Stream.of("/"), TREES.stream(), PLACES.stream()).flatMap(names -> names);
    }

    private static boolean within(String path, String tree) {
        return tree.equals("/") || path.equals(tree) || path.startsWith(tree + "/");
    }
}
