package io.bulkhead.cli.audit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// The names of a set of capabilities as `/proc/PID/status` writes it.
final class Capabilities {

    /// In the order of linux/capability.h.
    private static final String[] NAMES = {
        "CHOWN",
        "DAC_OVERRIDE",
        "DAC_READ_SEARCH",
        "FOWNER",
        "FSETID",
        "KILL",
        "SETGID",
        "SETUID",
        "SETPCAP",
        "LINUX_IMMUTABLE",
        "NET_BIND_SERVICE",
        "NET_BROADCAST",
        "NET_ADMIN",
        "NET_RAW",
        "IPC_LOCK",
        "IPC_OWNER",
        "SYS_MODULE",
        "SYS_RAWIO",
        "SYS_CHROOT",
        "SYS_PTRACE",
        "SYS_PACCT",
        "SYS_ADMIN",
        "SYS_BOOT",
        "SYS_NICE",
        "SYS_RESOURCE",
        "SYS_TIME",
        "SYS_TTY_CONFIG",
        "MKNOD",
        "LEASE",
        "AUDIT_WRITE",
        "AUDIT_CONTROL",
        "SETFCAP",
        "MAC_OVERRIDE",
        "MAC_ADMIN",
        "SYSLOG",
        "WAKE_ALARM",
        "BLOCK_SUSPEND",
        "AUDIT_READ",
        "PERFMON",
        "BPF",
        "CHECKPOINT_RESTORE"
    };

    private Capabilities() {}

    /// @param hex empty or unreadable text is told as it is, never as "none"
    static String names(String hex) {
        BigInteger bits;
        try {
            bits = new BigInteger(hex, 16);
        } catch (NumberFormatException _) {
            return "unknown (" + hex + ")";
        }
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < bits.bitLength(); bit++) {
            if (bits.testBit(bit)) {
                names.add(bit < NAMES.length ? NAMES[bit] : "number " + bit);
            }
        }
        return names.isEmpty() ? "none" : String.join(" ", names);
    }
}
