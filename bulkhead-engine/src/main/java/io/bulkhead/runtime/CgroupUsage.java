package io.bulkhead.runtime;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// A control group's counters at one moment. Times in nanoseconds, sizes in bytes; what the kernel does not count is 0.
///
/// @param memoryLimit empty where there is none
/// @param memoryStat the kernel's own names, from `memory.stat`
public record CgroupUsage(
        long cpuTotal,
        long cpuUser,
        long cpuKernel,
        long periods,
        long throttledPeriods,
        long throttledTime,
        long memoryUsage,
        OptionalLong memoryMaxUsage,
        OptionalLong memoryLimit,
        Map<String, Long> memoryStat,
        long pids,
        OptionalLong pidsLimit,
        List<Io> io) {

    public CgroupUsage {
        memoryStat = Map.copyOf(memoryStat);
        io = List.copyOf(io);
    }

    /// Bytes to and from one device.
    ///
    /// @param operation `read` or `write`
    public record Io(long major, long minor, String operation, long bytes) {}
}
