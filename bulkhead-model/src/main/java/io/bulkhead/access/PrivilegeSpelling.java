package io.bulkhead.access;

import io.bulkhead.access.Privilege.Namespace;
import io.bulkhead.capability.Capability;
import io.bulkhead.idmap.IdRange;
import java.util.Arrays;
import java.util.Locale;

/// Reads what [Privilege#spelling()] writes, for questions about privileges nobody has asked for yet.
final class PrivilegeSpelling {

    private PrivilegeSpelling() {}

    /// @throws IllegalArgumentException when it is none, or stands for several
    static Privilege parse(String text) {
        // What is one is a pattern too, which says better what is wrong.
        PrivilegePattern pattern = PrivilegePattern.parse(text);
        int colon = text.indexOf(':');
        String rest = text.substring(colon + 1);
        Privilege privilege = switch (colon < 0 ? text : text.substring(0, colon)) {
            case "host-path" -> new Privilege.HostPath(beforeLast(rest), rest.endsWith(":ro"));
            case "mapped-host-tree" -> new Privilege.MappedHostTree(rest);
            case "volume-bind" -> new Privilege.VolumeBind(rest);
            case "volume" -> new Privilege.OthersVolume(rest);
            case "added-capability" -> new Privilege.AddedCapability(capability(rest));
            case "host-namespace" -> new Privilege.HostNamespace(namespace(rest));
            case "joined-namespace" -> new Privilege.JoinedNamespace(namespace(rest), "");
            case "host-ids" -> new Privilege.HostIds(ids(rest));
            case "allowed-syscall" -> new Privilege.AllowedSyscall(rest);
            case "allowed-architecture" -> new Privilege.AllowedArchitecture(rest);
            case "allowed-socket-family" -> new Privilege.AllowedSocketFamily(rest);
            case "device" -> new Privilege.Device(beforeLast(rest), afterLast(rest));
            case "sysctl" -> new Privilege.Sysctl(rest);
            case "cgroup-parent" -> new Privilege.CgroupParent(rest);
            case "raised-limit" -> new Privilege.RaisedLimit(rest);
            case "host-port" -> new Privilege.HostPort(beforeLast(rest), port(afterLast(rest)));
            case "seccomp-unconfined" -> new Privilege.SeccompUnconfined();
            case "label-disabled" -> new Privilege.LabelDisabled();
            case "unmasked-paths" -> new Privilege.UnmaskedPaths();
            case "new-privileges" -> new Privilege.NewPrivileges();
            default -> throw several(text);
        };
        if (text.contains("*") || !pattern.covers(privilege)) {
            throw several(text);
        }
        return privilege;
    }

    private static IllegalArgumentException several(String text) {
        return new IllegalArgumentException("`" + text + "` is not one privilege: name it without stars and ranges");
    }

    private static Capability capability(String name) {
        return Arrays.stream(Capability.values())
                .filter(capability -> capability.name().equals(name))
                .findFirst()
                .orElseThrow(() -> several(name));
    }

    private static Namespace namespace(String name) {
        return Arrays.stream(Namespace.values())
                .filter(namespace -> namespace.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> several(name));
    }

    private static IdRange ids(String text) {
        int dash = text.indexOf('-');
        long first = Long.parseLong(dash < 0 ? text : text.substring(0, dash));
        return new IdRange(first, dash < 0 ? 1 : Long.parseLong(text.substring(dash + 1)) - first + 1);
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw several(text);
        }
        return Integer.parseInt(text);
    }

    private static String beforeLast(String text) {
        return text.substring(0, Math.max(0, text.lastIndexOf(':')));
    }

    private static String afterLast(String text) {
        return text.substring(text.lastIndexOf(':') + 1);
    }
}
