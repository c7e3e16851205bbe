package io.bulkhead.capability;

import static io.bulkhead.capability.Capability.CHOWN;
import static io.bulkhead.capability.Capability.DAC_OVERRIDE;
import static io.bulkhead.capability.Capability.DAC_READ_SEARCH;
import static io.bulkhead.capability.Capability.FOWNER;
import static io.bulkhead.capability.Capability.FSETID;
import static io.bulkhead.capability.Capability.NET_ADMIN;
import static io.bulkhead.capability.Capability.NET_BIND_SERVICE;
import static io.bulkhead.capability.Capability.NET_BROADCAST;
import static io.bulkhead.capability.Capability.NET_RAW;
import static io.bulkhead.capability.Capability.SETFCAP;

import java.util.EnumSet;
import java.util.Set;

/// What a capability really gives a container. A capability counts in the user namespace a process lives in and in what
/// belongs to that (user_namespaces(7), "Interaction of user namespaces and other types of namespaces"); for much the
/// kernel asks whether the process has it in the host's user namespace, `capable()` and not `ns_capable()`.
public enum Reach {
    /// All it gives root of the host.
    HOST,
    /// What belongs to the container's own user namespace: its ids, processes, mounts, network.
    CONTAINER,
    /// As [#CONTAINER], and files of the host's ids that are mounted into it: its map has them.
    HOST_FILES,
    /// Nothing: the kernel asks for it in the host's user namespace, or of a network that belongs to that.
    NOTHING;

    private static final Set<Capability> FILES =
            EnumSet.of(CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, SETFCAP);

    private static final Set<Capability> NETWORK = EnumSet.of(NET_ADMIN, NET_BIND_SERVICE, NET_BROADCAST, NET_RAW);

    /// For which the kernel asks in the host's user namespace alone, as of Linux 6.12. Some have a smaller second use
    /// that is asked for elsewhere and is none of a container's business.
    private static final Set<Capability> OF_THE_HOST_ONLY = EnumSet.of(
            Capability.AUDIT_CONTROL,
            Capability.AUDIT_READ,
            Capability.AUDIT_WRITE,
            Capability.BLOCK_SUSPEND,
            Capability.BPF,
            Capability.IPC_LOCK,
            Capability.LEASE,
            Capability.LINUX_IMMUTABLE,
            Capability.MAC_ADMIN,
            Capability.MAC_OVERRIDE,
            Capability.MKNOD,
            Capability.PERFMON,
            Capability.SYSLOG,
            Capability.SYS_MODULE,
            Capability.SYS_PACCT,
            Capability.SYS_RAWIO,
            Capability.SYS_TIME,
            Capability.SYS_TTY_CONFIG,
            Capability.WAKE_ALARM);

    /// @param ownUsers whether the container has a user namespace of its own
    /// @param hostIds whether its map has ids that may be somebody's on the host
    /// @param ownNetwork whether its network belongs to its user namespace
    public static Reach of(Capability capability, boolean ownUsers, boolean hostIds, boolean ownNetwork) {
        if (!ownUsers) {
            return HOST;
        }
        if (OF_THE_HOST_ONLY.contains(capability) || (NETWORK.contains(capability) && !ownNetwork)) {
            return NOTHING;
        }
        return hostIds && FILES.contains(capability) ? HOST_FILES : CONTAINER;
    }

    /// `container`, `host-files`, as the API writes it.
    public String spelling() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
