package io.bulkhead.container;

import java.util.List;
import java.util.Map;

/// A container's effective confinement, measured on the running process rather than read from its settings.
///
/// @param uidMap the lines of `/proc/PID/uid_map`
/// @param capabilities `CapInh`, `CapPrm`, `CapEff`, `CapBnd`, `CapAmb` with their hex values
/// @param filters how many seccomp filters the kernel holds for it
/// @param reachableCalls per system call table, how many of its calls the kernel's filters let through for some
///     arguments: rather one too many than one overlooked
/// @param watchedCalls per table, how many of the reachable calls pass with a record only, as under `seccomp:canary`
/// @param unnamedNumbers per table, how many numbers that `callsNamedBy` does not know pass the filters as well
/// @param callsNamedBy who says which numbers are calls: a library and its version, or that every number counts
/// @param label of the security module, empty where there is none
/// @param mounts target, file system type and options as in `/proc/PID/mountinfo`; no paths of the host
/// @param namespaces name to inode, for those that differ from the host's
public record Posture(
        int pid,
        List<String> uidMap,
        List<String> gidMap,
        Map<String, String> capabilities,
        int seccompMode,
        int filters,
        Map<String, Integer> reachableCalls,
        Map<String, Integer> watchedCalls,
        Map<String, Integer> unnamedNumbers,
        String callsNamedBy,
        boolean noNewPrivileges,
        String label,
        Map<String, Long> namespaces,
        List<String> mounts) {

    public Posture {
        uidMap = List.copyOf(uidMap);
        gidMap = List.copyOf(gidMap);
        capabilities = Map.copyOf(capabilities);
        reachableCalls = Map.copyOf(reachableCalls);
        watchedCalls = Map.copyOf(watchedCalls);
        unnamedNumbers = Map.copyOf(unnamedNumbers);
        namespaces = Map.copyOf(namespaces);
        mounts = List.copyOf(mounts);
    }
}
