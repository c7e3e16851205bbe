package io.bulkhead.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where this host keeps control groups. Which version is in use is read from the mounts this process sees, which are
/// the ones the runtime sees too.
public final class CgroupHost {

    private static final String NO_TYPE = "";

    public enum Layout {
        /// Controllers in hierarchies of their own.
        V1,
        /// One hierarchy.
        V2,
        /// As V1, and the one hierarchy beside them without the controllers that matter.
        HYBRID,
        /// None is mounted.
        NONE
    }

    private final Map<String, Path> controllers;
    private final Optional<Path> unified;

    private CgroupHost(Map<String, Path> controllers, Optional<Path> unified) {
        this.controllers = Map.copyOf(controllers);
        this.unified = unified;
    }

    public static CgroupHost detect() {
        try {
            return of(Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1));
        } catch (IOException failure) {
            throw new UncheckedIOException("read /proc/self/mountinfo", failure);
        }
    }

    /// proc_pid_mountinfo(5): `id parent major:minor root mount-point options ... - type source super-options`.
    static CgroupHost of(String mountinfo) {
        var controllers = new LinkedHashMap<String, Path>();
        Optional<Path> unified = Optional.empty();
        for (String line : mountinfo.lines().toList()) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ", -1);
            String[] source = halves.length == 2 ? halves[1].split(" ", -1) : new String[] {NO_TYPE};
            if (mount.length > 4 && source[0].equals("cgroup2")) {
                unified = unified.isPresent() ? unified : Optional.of(Path.of(mount[4]));
            } else if (mount.length > 4 && source.length > 2 && source[0].equals("cgroup")) {
                // What is no controller (`rw`, `xattr`) does no harm: nobody asks for it. `name=systemd` is a
                // hierarchy.
                Arrays.stream(source[2].split(",", -1))
                        .forEach(name -> controllers.putIfAbsent(name, Path.of(mount[4])));
            }
        }
        return new CgroupHost(controllers, unified);
    }

    public Layout layout() {
        if (controllers.isEmpty()) {
            return unified.isPresent() ? Layout.V2 : Layout.NONE;
        }
        return unified.isPresent() ? Layout.HYBRID : Layout.V1;
    }

    /// 1 or 2, as the runtime will use it.
    public int version() {
        return layout() == Layout.V2 ? 2 : 1;
    }

    /// The directory of a group for one controller, whether it exists or not; empty where the host lacks the
    /// controller's hierarchy.
    ///
    /// @param path such as `/bulkhead/<id>`
    public Optional<Path> directory(String controller, String path) {
        Path below = below(path);
        return (layout() == Layout.V2 ? unified : Optional.ofNullable(controllers.get(controller)))
                .map(root -> root.resolve(below));
    }

    /// @param path such as `/bulkhead/<id>`
    public Cgroup cgroup(String path) {
        Path below = below(path);
        if (layout() == Layout.V2) {
            return new CgroupV2(unified.orElseThrow().resolve(below));
        }
        return new CgroupV1(
                name -> Optional.ofNullable(controllers.get(name)).map(root -> root.resolve(below)), everywhere(below));
    }

    private List<Path> everywhere(Path below) {
        var roots = new ArrayList<>(controllers.values().stream().distinct().toList());
        unified.ifPresent(roots::add);
        return roots.stream().map(root -> root.resolve(below)).toList();
    }

    private static Path below(String path) {
        if (!path.matches("(/[A-Za-z0-9_:][A-Za-z0-9_.:-]*)+")) {
            throw new IllegalArgumentException("cgroup path `" + io.bulkhead.name.Names.shown(path) + "`");
        }
        return Path.of(path.substring(1));
    }
}
