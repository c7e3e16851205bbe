package io.bulkhead.spec;

import io.bulkhead.access.Privilege;
import io.bulkhead.access.Privilege.Namespace;
import io.bulkhead.capability.Capability;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.seccomp.BeyondDefault;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.selinux.LabelMode;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.StorageSpec.Mount;
import java.util.LinkedHashSet;
import java.util.Set;

/// The powers a spec asks for beyond the safe default, computed from the resolved spec alone.
public final class Privileges {

    private static final String EVERY_ADDRESS = "0.0.0.0";

    private Privileges() {}

    /// All of them; the empty set is an unprivileged container.
    public static Set<Privilege> of(ContainerSpec spec) {
        var privileges = new LinkedHashSet<Privilege>();
        isolation(spec.isolation(), privileges);
        network(spec.network(), privileges);
        spec.storage().mounts().forEach(mount -> storage(mount, privileges));
        resources(spec.resources(), privileges);
        return Set.copyOf(privileges);
    }

    private static void isolation(IsolationSpec isolation, Set<Privilege> privileges) {
        if (isolation.userns() instanceof UsernsMode.Host) {
            privileges.add(new Privilege.HostNamespace(Namespace.USER));
        }
        isolation.userns().hostIds().stream().map(Privilege.HostIds::new).forEach(privileges::add);
        switch (isolation.confinement()) {
            case Confinement.Filtered(var policy) -> syscalls(policy, isolation.capabilities(), privileges);
            // Nothing is refused, so it is as much as no filter.
            case Confinement.Canary _, Confinement.Unconfined _ -> privileges.add(new Privilege.SeccompUnconfined());
        }
        switch (isolation.label()) {
            case LabelMode.Own _ -> {}
            case LabelMode.Disabled _ -> privileges.add(new Privilege.LabelDisabled());
        }
        isolation.capabilities().stream()
                .filter(capability -> !Capability.DEFAULTS.contains(capability))
                .map(Privilege.AddedCapability::new)
                .forEach(privileges::add);
        namespace(isolation.pid(), Namespace.PID, privileges);
        namespace(isolation.ipc(), Namespace.IPC, privileges);
        namespace(isolation.uts(), Namespace.UTS, privileges);
        namespace(isolation.cgroup(), Namespace.CGROUP, privileges);
        if (!isolation.maskedPaths()) {
            privileges.add(new Privilege.UnmaskedPaths());
        }
        isolation.devices().forEach(d -> privileges.add(new Privilege.Device(d.hostPath(), d.access())));
        isolation.sysctls().keySet().forEach(key -> privileges.add(new Privilege.Sysctl(key)));
        if (!isolation.cgroupParent().isEmpty()) {
            privileges.add(new Privilege.CgroupParent(isolation.cgroupParent()));
        }
    }

    private static void syscalls(SyscallPolicy policy, Set<Capability> capabilities, Set<Privilege> privileges) {
        BeyondDefault beyond = BeyondDefault.of(policy, capabilities);
        beyond.calls().forEach(call -> privileges.add(new Privilege.AllowedSyscall(call)));
        beyond.families().forEach(family -> privileges.add(new Privilege.AllowedSocketFamily(family)));
        beyond.tables().forEach(table -> privileges.add(new Privilege.AllowedArchitecture(table.label())));
    }

    private static void namespace(NamespaceMode mode, Namespace namespace, Set<Privilege> privileges) {
        switch (mode) {
            case NamespaceMode.Private _ -> {}
            case NamespaceMode.Host _ -> privileges.add(new Privilege.HostNamespace(namespace));
            case NamespaceMode.Container(var id) -> privileges.add(new Privilege.JoinedNamespace(namespace, id));
        }
    }

    private static void network(NetworkSpec network, Set<Privilege> privileges) {
        switch (network.mode()) {
            case NetworkSpec.Mode.Bridge _, NetworkSpec.Mode.None _ -> {}
            case NetworkSpec.Mode.Host _ -> privileges.add(new Privilege.HostNamespace(Namespace.NETWORK));
            case NetworkSpec.Mode.Container(var id) ->
                privileges.add(new Privilege.JoinedNamespace(Namespace.NETWORK, id));
        }
        for (var port : network.published()) {
            boolean loopback =
                    port.hostAddress().startsWith("127.") || port.hostAddress().equals("::1");
            if (!loopback || (port.hostPort() != 0 && port.hostPort() < 1024)) {
                privileges.add(new Privilege.HostPort(
                        port.hostAddress().isEmpty() ? EVERY_ADDRESS : port.hostAddress(), port.hostPort()));
            }
        }
    }

    private static void storage(Mount mount, Set<Privilege> privileges) {
        switch (mount) {
            case Mount.Bind bind -> bind(bind, privileges);
            case Mount.Volume volume
            when volume.driverOptions().containsKey("device") ->
                privileges.add(new Privilege.VolumeBind(volume.driverOptions().getOrDefault("device", "")));
            case Mount.Volume _, Mount.Tmpfs _ -> {}
        }
    }

    /// Who has owners changed writes, and who has a tree of the host itself mapped is root in it.
    private static void bind(Mount.Bind bind, Set<Privilege> privileges) {
        boolean writes = !bind.readOnly() || bind.owners() instanceof MountOwners.Changed;
        privileges.add(new Privilege.HostPath(bind.source(), !writes));
        switch (bind.owners()) {
            case MountOwners.Default _, MountOwners.Plain _, MountOwners.Changed _ -> {}
            case MountOwners.Idmapped _, MountOwners.Mapped _, MountOwners.Squashed _ -> {
                if (HostTrees.protects(bind.source())) {
                    privileges.add(new Privilege.MappedHostTree(bind.source()));
                }
            }
        }
    }

    private static void resources(Resources resources, Set<Privilege> privileges) {
        if (resources.pids() < 0 || resources.pids() > Resources.DEFAULT_PIDS) {
            privileges.add(new Privilege.RaisedLimit("pids"));
        }
        if (resources.oomKillDisable()) {
            privileges.add(new Privilege.RaisedLimit("oom-kill-disable"));
        }
        if (resources.oomScoreAdj() < 0) {
            privileges.add(new Privilege.RaisedLimit("oom-score-adj"));
        }
        resources.ulimits().forEach(ulimit -> privileges.add(new Privilege.RaisedLimit(ulimit.name())));
    }
}
