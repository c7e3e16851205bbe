package io.bulkhead.dockerapi.create;

import java.util.ArrayDeque;

/// Paths inside a container, as text: there is no file system to ask yet. Cleaned, so that `..` cannot count on anybody
/// further on to forget it (CVE-2022-23648).
final class ContainerPaths {

    private ContainerPaths() {}

    /// The path without `.`, `..` and doubled slashes; `..` at the root stays there.
    static String clean(String path) {
        var parts = new ArrayDeque<String>();
        for (String part : path.split("/", -1)) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /// A working directory: absolute and outside /proc, where `/proc/self/fd/7` once led to the host (CVE-2024-21626).
    static String workdir(String path) {
        if (path.isEmpty()) {
            return "/";
        }
        if (!path.startsWith("/")) {
            throw Invalid.value("the working directory", path, "is invalid, it needs to be an absolute path");
        }
        String clean = clean(path);
        if (isBelow(clean, "/proc")) {
            throw Invalid.value("the working directory", path, "is in /proc, where links lead out of the container");
        }
        return clean;
    }

    /// Where something is mounted: absolute, not the root, and not over the kernel's own trees, which the runtime
    /// checks and masks by path (CVE-2019-19921, CVE-2023-27561).
    static String mountTarget(String path) {
        if (!path.startsWith("/")) {
            throw Invalid.value("invalid mount path:", path, "mount path must be absolute");
        }
        String clean = clean(path);
        if (clean.equals("/")) {
            throw Invalid.because("invalid volume specification: destination can't be '/'");
        }
        boolean kernels = isBelow(clean, "/proc") || (isBelow(clean, "/sys") && !isBelow(clean, "/sys/fs/cgroup"));
        if (kernels) {
            throw Invalid.value(
                    "mount path",
                    path,
                    "nothing may be mounted over /proc or /sys; mount it elsewhere, such as /host" + clean);
        }
        return clean;
    }

    private static boolean isBelow(String path, String tree) {
        return path.equals(tree) || path.startsWith(tree + "/");
    }
}
