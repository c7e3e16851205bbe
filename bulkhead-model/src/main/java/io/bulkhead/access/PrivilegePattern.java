package io.bulkhead.access;

import io.bulkhead.access.Privilege.Namespace;
import io.bulkhead.capability.Capability;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.name.Nearest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/// Privileges as roles write them: one as [Privilege#spelling()] has it, with stars where there are names, or `all`.
///
/// A path stands for everything beneath it, `rw` for `ro` too, and letters of a device for fewer of them.
public final class PrivilegePattern {

    private final String text;
    private final Predicate<Privilege> covers;
    private final Predicate<Privilege> touches;

    /// @param touches whether any part of a privilege is meant, for what roles deny
    private PrivilegePattern(String text, Predicate<Privilege> covers, Predicate<Privilege> touches) {
        this.text = text;
        this.covers = covers;
        this.touches = touches;
    }

    private static final Map<String, Function<String, PrivilegePattern>> KINDS = kinds();

    private static Map<String, Function<String, PrivilegePattern>> kinds() {
        var kinds = new HashMap<String, Function<String, PrivilegePattern>>();
        kinds.put("host-path", PrivilegePattern::hostPath);
        kinds.put("mapped-host-tree", tree(p -> p instanceof Privilege.MappedHostTree(String path) ? path : ""));
        kinds.put("volume-bind", tree(p -> p instanceof Privilege.VolumeBind(String source) ? source : ""));
        kinds.put("volume", name(p -> p instanceof Privilege.OthersVolume(String volume) ? volume : ""));
        kinds.put("added-capability", PrivilegePattern::capability);
        kinds.put("host-namespace", PrivilegePattern::hostNamespace);
        kinds.put("joined-namespace", PrivilegePattern::joinedNamespace);
        kinds.put("host-ids", PrivilegePattern::hostIds);
        kinds.put("allowed-syscall", name(p -> p instanceof Privilege.AllowedSyscall(String call) ? call : ""));
        kinds.put(
                "allowed-architecture",
                name(p -> p instanceof Privilege.AllowedArchitecture(String table) ? table : ""));
        kinds.put(
                "allowed-socket-family",
                name(p -> p instanceof Privilege.AllowedSocketFamily(String family) ? family : ""));
        kinds.put("device", PrivilegePattern::device);
        kinds.put("sysctl", name(p -> p instanceof Privilege.Sysctl(String key) ? key : ""));
        kinds.put("cgroup-parent", name(p -> p instanceof Privilege.CgroupParent(String path) ? path : ""));
        kinds.put("raised-limit", name(p -> p instanceof Privilege.RaisedLimit(String limit) ? limit : ""));
        kinds.put("host-port", PrivilegePattern::hostPort);
        kinds.put("seccomp-unconfined", single(Privilege.SeccompUnconfined.class));
        kinds.put("label-disabled", single(Privilege.LabelDisabled.class));
        kinds.put("unmasked-paths", single(Privilege.UnmaskedPaths.class));
        kinds.put("new-privileges", single(Privilege.NewPrivileges.class));
        return Map.copyOf(kinds);
    }

    /// @throws IllegalArgumentException what is wrong
    public static PrivilegePattern parse(String text) {
        if (text.equals("all")) {
            return new PrivilegePattern(text, _ -> true, _ -> true);
        }
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        Function<String, PrivilegePattern> reader = KINDS.get(kind);
        if (reader == null) {
            throw new IllegalArgumentException(
                    "there is no privilege `" + kind + "`" + Nearest.hint(kind, KINDS.keySet()));
        }
        PrivilegePattern pattern = reader.apply(colon < 0 ? "" : text.substring(colon + 1));
        return new PrivilegePattern(text, pattern.covers, pattern.touches);
    }

    /// Whether all of a privilege is meant.
    public boolean covers(Privilege privilege) {
        return covers.test(privilege);
    }

    /// Whether some of a privilege is meant: `/` is some of `/etc`.
    public boolean touches(Privilege privilege) {
        return touches.test(privilege);
    }

    boolean isAll() {
        return text.equals("all");
    }

    /// As it was written.
    @Override
    public String toString() {
        return text;
    }

    private static PrivilegePattern of(Predicate<Privilege> covers) {
        return new PrivilegePattern("", covers, covers);
    }

    private static Function<String, PrivilegePattern> single(Class<? extends Privilege> kind) {
        return rest -> {
            if (!rest.isEmpty()) {
                throw new IllegalArgumentException("nothing stands behind this privilege");
            }
            return of(kind::isInstance);
        };
    }

    /// @param named the name that a privilege of the kind has, empty for others
    private static Function<String, PrivilegePattern> name(Function<Privilege, String> named) {
        return rest -> {
            var pattern = new Pattern(rest);
            return of(privilege -> {
                String name = named.apply(privilege);
                return !name.isEmpty() && (rest.equals("*") || pattern.matches(name));
            });
        };
    }

    private static Function<String, PrivilegePattern> tree(Function<Privilege, String> path) {
        return rest -> {
            var pattern = path(rest);
            return new PrivilegePattern(
                    "",
                    privilege -> isBeneath(path.apply(privilege), pattern),
                    privilege -> overlaps(path.apply(privilege), pattern));
        };
    }

    private static PrivilegePattern hostPath(String rest) {
        int colon = rest.lastIndexOf(':');
        String mode = colon < 0 ? "" : rest.substring(colon + 1);
        if (!mode.equals("ro") && !mode.equals("rw")) {
            throw new IllegalArgumentException("a host path ends with :ro or :rw");
        }
        var pattern = path(rest.substring(0, colon));
        boolean readOnly = mode.equals("ro");
        return new PrivilegePattern(
                "",
                privilege -> privilege instanceof Privilege.HostPath(String path, boolean reads)
                        && (reads || !readOnly)
                        && isBeneath(path, pattern),
                // To deny reading is to deny writing; to deny writing leaves reading.
                privilege -> privilege instanceof Privilege.HostPath(String path, boolean reads)
                        && (readOnly || !reads)
                        && overlaps(path, pattern));
    }

    private static Pattern path(String text) {
        if (!text.startsWith("/") || text.contains("/../") || text.endsWith("/..") || text.contains("//")) {
            throw new IllegalArgumentException("a path begins with / and has neither `..` nor `//`");
        }
        return new Pattern(text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    private static boolean isBeneath(String path, Pattern pattern) {
        if (path.isEmpty()) {
            return false;
        }
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (pattern.matches(path.substring(0, slash))) {
                return true;
            }
        }
        return pattern.matches(path) || pattern.matches("/");
    }

    /// With stars the part before the first is what is looked at: rather too much is denied than too little.
    private static boolean overlaps(String path, Pattern pattern) {
        if (path.isEmpty()) {
            return false;
        }
        int star = pattern.text().indexOf('*');
        String fixed = star < 0 ? pattern.text() : pattern.text().substring(0, star);
        String within = path.endsWith("/") ? path : path + "/";
        return isBeneath(path, pattern) || fixed.startsWith(within);
    }

    private static PrivilegePattern capability(String rest) {
        if (!rest.equals("*")
                && Arrays.stream(Capability.values()).noneMatch(c -> c.name().equals(rest))) {
            throw new IllegalArgumentException("there is no capability `" + rest + "`"
                    + Nearest.hint(
                            rest,
                            Arrays.stream(Capability.values()).map(Enum::name).toList()));
        }
        return of(privilege -> privilege instanceof Privilege.AddedCapability(Capability capability)
                && (rest.equals("*") || capability.name().equals(rest)));
    }

    private static PrivilegePattern hostNamespace(String rest) {
        requireNamespace(rest);
        return of(privilege ->
                privilege instanceof Privilege.HostNamespace(Namespace namespace) && isMeant(namespace, rest));
    }

    /// Which containers is decided by who may reach into them.
    private static PrivilegePattern joinedNamespace(String rest) {
        requireNamespace(rest);
        return of(privilege -> privilege instanceof Privilege.JoinedNamespace(Namespace namespace, String _)
                && isMeant(namespace, rest));
    }

    private static boolean isMeant(Namespace namespace, String word) {
        return word.equals("*") || namespace.name().toLowerCase(Locale.ROOT).equals(word);
    }

    private static void requireNamespace(String word) {
        List<String> names = Arrays.stream(Namespace.values())
                .map(namespace -> namespace.name().toLowerCase(Locale.ROOT))
                .toList();
        if (!word.equals("*") && !names.contains(word)) {
            throw new IllegalArgumentException("a namespace is one of " + String.join(", ", names) + ", or *");
        }
    }

    private static PrivilegePattern hostIds(String rest) {
        long[] range = range(rest, 0xFFFF_FFFEL, "host ids are FIRST-LAST");
        var ids = new IdRange(range[0], range[1] - range[0] + 1);
        return new PrivilegePattern(
                "",
                privilege -> privilege instanceof Privilege.HostIds(IdRange asked)
                        && ids.contains(asked.first())
                        && ids.contains(asked.last()),
                privilege -> privilege instanceof Privilege.HostIds(IdRange asked) && ids.overlaps(asked));
    }

    private static PrivilegePattern device(String rest) {
        int colon = rest.lastIndexOf(':');
        String access = colon < 0 ? "" : rest.substring(colon + 1);
        if (access.isEmpty() || !access.matches("[rwm]{1,3}")) {
            throw new IllegalArgumentException("a device is PATH:ACCESS, with letters of rwm");
        }
        Pattern pattern = path(rest.substring(0, colon));
        return new PrivilegePattern(
                "",
                privilege -> privilege instanceof Privilege.Device(String path, String asked)
                        && isBeneath(path, pattern)
                        && asked.chars().allMatch(letter -> access.indexOf(letter) >= 0),
                privilege -> privilege instanceof Privilege.Device(String path, String asked)
                        && overlaps(path, pattern)
                        && asked.chars().anyMatch(letter -> access.indexOf(letter) >= 0));
    }

    private static PrivilegePattern hostPort(String rest) {
        int colon = rest.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("a host port is ADDRESS:PORT or ADDRESS:FIRST-LAST, with * for any");
        }
        var address = new Pattern(rest.substring(0, colon));
        String ports = rest.substring(colon + 1);
        long[] range = ports.equals("*")
                ? new long[] {0, 65_535}
                : range(ports, 65_535, "a host port is a number, FIRST-LAST, or *");
        return of(privilege -> privilege instanceof Privilege.HostPort(String asked, int port)
                && address.matches(asked)
                && port >= range[0]
                && port <= range[1]);
    }

    private static long[] range(String text, long most, String problem) {
        if (!text.matches("[0-9]{1,10}(-[0-9]{1,10})?")) {
            throw new IllegalArgumentException(problem);
        }
        int dash = text.indexOf('-');
        long first = Long.parseLong(dash < 0 ? text : text.substring(0, dash));
        long last = dash < 0 ? first : Long.parseLong(text.substring(dash + 1));
        if (last < first || last > most) {
            throw new IllegalArgumentException(problem);
        }
        return new long[] {first, last};
    }
}
