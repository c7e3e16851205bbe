package io.bulkhead.spec;

import java.util.List;
import java.util.OptionalLong;

/// Limits; an absent one is the kernel's default, except `pids`, which the engine always limits.
///
/// @param memory bytes
/// @param memoryReservation bytes, the soft limit
/// @param memorySwap bytes of memory plus swap together, -1 for no limit, as Docker counts
/// @param nanoCpus billionths of a processor
/// @param cpuQuota microseconds per `cpuPeriod`
/// @param cpusetCpus a list such as `0-2,4`, empty for all
/// @param pids the most processes and threads; -1 for no limit is a privilege
public record Resources(
        OptionalLong memory,
        OptionalLong memoryReservation,
        OptionalLong memorySwap,
        OptionalLong nanoCpus,
        OptionalLong cpuShares,
        OptionalLong cpuPeriod,
        OptionalLong cpuQuota,
        String cpusetCpus,
        String cpusetMems,
        long pids,
        int blkioWeight,
        int oomScoreAdj,
        boolean oomKillDisable,
        long shmSize,
        List<Ulimit> ulimits) {

    /// Enough for any ordinary service, and a fork bomb ends at it.
    public static final long DEFAULT_PIDS = 4096;

    public static final long DEFAULT_SHM_SIZE = 64L << 20;

    public Resources {
        ulimits = List.copyOf(ulimits);
    }

    public static Resources defaults() {
        return new Resources(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                "",
                "",
                DEFAULT_PIDS,
                0,
                0,
                false,
                DEFAULT_SHM_SIZE,
                List.of());
    }

    /// @param name without `RLIMIT_`, lower case, for example `nofile`
    public record Ulimit(String name, long soft, long hard) {}
}
