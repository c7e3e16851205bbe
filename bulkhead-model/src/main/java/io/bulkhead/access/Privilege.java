package io.bulkhead.access;

import io.bulkhead.capability.Capability;
import io.bulkhead.idmap.IdRange;

/// One power a spec asks for beyond the safe default. An unprivileged container asks for none. Privileges are computed
/// from the resolved spec, never declared by the caller.
public sealed interface Privilege {

    /// `host-path:/srv:rw`: a path of the host, after resolving links and `..`.
    record HostPath(String path, boolean readOnly) implements Privilege {}

    /// A tree of the host itself, seen with mapped owners: the container's root is host root in it.
    record MappedHostTree(String path) implements Privilege {}

    record AddedCapability(Capability capability) implements Privilege {}

    /// A namespace that is the host's.
    record HostNamespace(Namespace namespace) implements Privilege {}

    /// Ids that may be somebody's on the host: in this user namespace the container is them.
    record HostIds(IdRange ids) implements Privilege {}

    /// A namespace of another container.
    record JoinedNamespace(Namespace namespace, String container) implements Privilege {}

    record SeccompUnconfined() implements Privilege {}

    /// A system call that the default policy refuses to a container of these capabilities. `all` is every call; a call
    /// may have the conditions behind it under which it is allowed.
    record AllowedSyscall(String call) implements Privilege {}

    /// A table of system calls that is not the machine's own, by its label.
    record AllowedArchitecture(String table) implements Privilege {}

    /// A socket family that the default policy refuses, by its name.
    record AllowedSocketFamily(String family) implements Privilege {}

    record LabelDisabled() implements Privilege {}

    /// A device node of the host, with `r`, `w`, `m` as cgroup rules write them.
    record Device(String path, String access) implements Privilege {}

    /// A kernel parameter set in the container's own namespaces.
    record Sysctl(String key) implements Privilege {}

    /// Paths of `/proc` and `/sys` that are masked or read-only by default, opened.
    record UnmaskedPaths() implements Privilege {}

    /// A parent cgroup other than the engine's own.
    record CgroupParent(String path) implements Privilege {}

    /// A resource limit above the engine's own.
    record RaisedLimit(String name) implements Privilege {}

    /// `no-new-privileges` switched off, where the default has it on.
    record NewPrivileges() implements Privilege {}

    /// A volume whose driver options name a host path.
    record VolumeBind(String source) implements Privilege {}

    /// A volume that somebody else made.
    record OthersVolume(String volume) implements Privilege {}

    /// A host port below 1024, or one bound to an address other than loopback.
    record HostPort(String address, int port) implements Privilege {}

    /// The namespaces a privilege can name.
    enum Namespace {
        USER,
        PID,
        IPC,
        UTS,
        NETWORK,
        CGROUP
    }

    /// The one of a spelling, for example `host-path:/srv:ro`. Of a joined namespace the container may be left out.
    ///
    /// @throws IllegalArgumentException what is wrong
    static Privilege parse(String spelling) {
        return PrivilegeSpelling.parse(spelling);
    }

    /// As a role writes it, for example `added-capability:NET_ADMIN`.
    default String spelling() {
        return switch (this) {
            case HostPath(var path, var readOnly) -> "host-path:" + path + (readOnly ? ":ro" : ":rw");
            case MappedHostTree(var path) -> "mapped-host-tree:" + path;
            case AddedCapability(var capability) -> "added-capability:" + capability.name();
            case HostNamespace(var namespace) -> "host-namespace:" + lower(namespace);
            case HostIds(var ids) -> "host-ids:" + ids.first() + "-" + ids.last();
            case JoinedNamespace(var namespace, var container) ->
                "joined-namespace:" + lower(namespace) + ":" + container;
            case SeccompUnconfined() -> "seccomp-unconfined";
            case AllowedSyscall(var call) -> "allowed-syscall:" + call;
            case AllowedArchitecture(var table) -> "allowed-architecture:" + table;
            case AllowedSocketFamily(var family) -> "allowed-socket-family:" + family;
            case LabelDisabled() -> "label-disabled";
            case Device(var path, var access) -> "device:" + path + ":" + access;
            case Sysctl(var key) -> "sysctl:" + key;
            case UnmaskedPaths() -> "unmasked-paths";
            case CgroupParent(var path) -> "cgroup-parent:" + path;
            case RaisedLimit(var name) -> "raised-limit:" + name;
            case NewPrivileges() -> "new-privileges";
            case VolumeBind(var source) -> "volume-bind:" + source;
            case OthersVolume(var volume) -> "volume:" + volume;
            case HostPort(var address, var port) -> "host-port:" + address + ":" + port;
        };
    }

    private static String lower(Namespace namespace) {
        return namespace.name().toLowerCase(java.util.Locale.ROOT);
    }
}
