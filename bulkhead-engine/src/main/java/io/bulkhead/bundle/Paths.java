package io.bulkhead.bundle;

import java.util.ArrayList;
import java.util.List;

/// Arithmetic on paths of a container, which are text: they name nothing on the host.
final class Paths {

    private Paths() {}

    /// `path` without `.`, `..` and doubled slashes, as if there were no links; `..` stops at the root, so a target
    /// such as `/../../etc` is `/etc` inside (CVE-2022-23648).
    static String clean(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (name.equals("..")) {
                if (!names.isEmpty()) {
                    names.removeLast();
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return "/" + String.join("/", names);
    }

    /// Whether a clean `path` is `tree` or lies below it.
    static boolean within(String path, String tree) {
        return tree.equals("/") || path.equals(tree) || path.startsWith(tree + "/");
    }

    static int depth(String clean) {
        return (int) clean.chars().filter(c -> c == '/').count();
    }
}
