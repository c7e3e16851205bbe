package io.bulkhead.container;

import java.util.List;
import java.util.Map;

/// A container's effective confinement, measured on the running process rather than read from its settings.
///
/// @param uidMap the lines of `/proc/PID/uid_map`
/// @param capabilities `CapInh`, `CapPrm`, `CapEff`, `CapBnd`, `CapAmb` with their hex values
/// @param filters how many seccomp filters the kernel holds for it
/// @param reachableCalls per architecture, how many system calls the kernel's filter lets through
/// @param namespaces name to inode, for those that differ from the host's
public record Posture(
        int pid,
        List<String> uidMap,
        List<String> gidMap,
        Map<String, String> capabilities,
        int seccompMode,
        int filters,
        Map<String, Integer> reachableCalls,
        boolean noNewPrivileges,
        String label,
        Map<String, Long> namespaces,
        List<String> mounts) {

    public Posture {
        uidMap = List.copyOf(uidMap);
        gidMap = List.copyOf(gidMap);
        capabilities = Map.copyOf(capabilities);
        reachableCalls = Map.copyOf(reachableCalls);
        namespaces = Map.copyOf(namespaces);
        mounts = List.copyOf(mounts);
    }
}
