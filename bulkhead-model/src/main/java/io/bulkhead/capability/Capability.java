package io.bulkhead.capability;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A Linux capability, in the kernel's order: the ordinal is the bit in `CapEff` (capabilities(7),
/// include/uapi/linux/capability.h).
public enum Capability {
    CHOWN,
    DAC_OVERRIDE,
    DAC_READ_SEARCH,
    FOWNER,
    FSETID,
    KILL,
    SETGID,
    SETUID,
    SETPCAP,
    LINUX_IMMUTABLE,
    NET_BIND_SERVICE,
    NET_BROADCAST,
    NET_ADMIN,
    NET_RAW,
    IPC_LOCK,
    IPC_OWNER,
    SYS_MODULE,
    SYS_RAWIO,
    SYS_CHROOT,
    SYS_PTRACE,
    SYS_PACCT,
    SYS_ADMIN,
    SYS_BOOT,
    SYS_NICE,
    SYS_RESOURCE,
    SYS_TIME,
    SYS_TTY_CONFIG,
    MKNOD,
    LEASE,
    AUDIT_WRITE,
    AUDIT_CONTROL,
    SETFCAP,
    MAC_OVERRIDE,
    MAC_ADMIN,
    SYSLOG,
    WAKE_ALARM,
    BLOCK_SUSPEND,
    AUDIT_READ,
    PERFMON,
    BPF,
    CHECKPOINT_RESTORE;

    /// What a container gets unasked: Podman's eleven, minus nothing, plus nothing. NET_RAW and MKNOD, which Docker
    /// adds, are left out: raw sockets forge packets on a shared bridge, and device nodes are the engine's to make.
    public static final Set<Capability> DEFAULTS = Collections.unmodifiableSet(EnumSet.of(
            CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT));

    /// `CAP_CHOWN`, the kernel's and OCI's name.
    public String kernelName() {
        return "CAP_" + name();
    }

    /// Reads `CHOWN`, `cap_chown` or `CAP_CHOWN`; empty for anything else.
    public static Optional<Capability> parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        if (name.startsWith("CAP_")) {
            name = name.substring("CAP_".length());
        }
        for (Capability capability : values()) {
            if (capability.name().equals(name)) {
                return Optional.of(capability);
            }
        }
        return Optional.empty();
    }
}
