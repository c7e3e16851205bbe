package io.bulkhead.container;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Counters read from the container's cgroup and network devices. Times in nanoseconds, sizes in bytes.
///
/// @param memoryLimit the cgroup's, or the host's memory where there is none
/// @param memoryStat the kernel's own names, from `memory.stat`
/// @param systemCpu the host's processor time, user and system and idle together, for percentages
public record Stats(
        Instant read,
        long cpuTotal,
        long cpuUser,
        long cpuKernel,
        long throttledPeriods,
        long periods,
        long throttledTime,
        long systemCpu,
        int onlineCpus,
        long memoryUsage,
        OptionalLong memoryMaxUsage,
        long memoryLimit,
        Map<String, Long> memoryStat,
        long pids,
        OptionalLong pidsLimit,
        List<BlockIo> blockIo,
        Map<String, NetworkIo> networks) {

    public Stats {
        memoryStat = Map.copyOf(memoryStat);
        blockIo = List.copyOf(blockIo);
        networks = Map.copyOf(networks);
    }

    /// @param operation `read` or `write`
    public record BlockIo(long major, long minor, String operation, long bytes) {}

    public record NetworkIo(
            long rxBytes,
            long rxPackets,
            long rxErrors,
            long rxDropped,
            long txBytes,
            long txPackets,
            long txErrors,
            long txDropped) {}
}
