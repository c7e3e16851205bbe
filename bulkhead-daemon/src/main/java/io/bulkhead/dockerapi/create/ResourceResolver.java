package io.bulkhead.dockerapi.create;

import io.bulkhead.spec.Resources;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/// Limits, checked as dockerd checks them and in its words (moby, daemon/daemon_unix.go
/// `verifyPlatformContainerResources`).
final class ResourceResolver {

    private static final long LEAST_MEMORY = 6L << 20;
    private static final Pattern CPU_LIST = Pattern.compile("[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*");
    private static final Set<String> ULIMITS = Set.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    private final int processors;

    ResourceResolver(int processors) {
        this.processors = processors;
    }

    Resources resolve(HostConfig host) {
        cpu(host);
        Invalid.when(host.shmSize() < 0, "SHM size can not be less than 0");
        Invalid.when(
                host.oomScoreAdj() < -1000 || host.oomScoreAdj() > 1000,
                "Invalid value " + host.oomScoreAdj() + ", range for oom score adj is [-1000, 1000]");
        Invalid.when(
                host.blkioWeight() != 0 && (host.blkioWeight() < 10 || host.blkioWeight() > 1000),
                "Range of blkio weight is from 10 to 1000");
        return new Resources(
                memory(host),
                given(host.memoryReservation()),
                swap(host),
                given(host.nanoCpus()),
                given(host.cpuShares()),
                given(host.cpuPeriod()),
                host.cpuQuota() == -1 ? OptionalLong.empty() : given(host.cpuQuota()),
                cpuList("cpuset cpus", host.cpusetCpus()),
                cpuList("cpuset mems", host.cpusetMems()),
                pids(host.pidsLimit()),
                host.blkioWeight(),
                host.oomScoreAdj(),
                host.oomKillDisable(),
                host.shmSize() == 0 ? Resources.DEFAULT_SHM_SIZE : host.shmSize(),
                ulimits(host.ulimits()));
    }

    private static OptionalLong given(long value) {
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static OptionalLong memory(HostConfig host) {
        long memory = host.memory();
        long reservation = host.memoryReservation();
        Invalid.when(memory < 0 || (memory > 0 && memory < LEAST_MEMORY), "Minimum memory limit allowed is 6MB");
        Invalid.when(
                reservation < 0 || (reservation > 0 && reservation < LEAST_MEMORY),
                "Minimum memory reservation allowed is 6MB");
        Invalid.when(
                memory > 0 && reservation > memory,
                "Minimum memory limit can not be less than memory reservation limit, see usage");
        return given(memory);
    }

    /// Without a word about swap a container gets as much of it as memory, as Docker counts.
    private static OptionalLong swap(HostConfig host) {
        long memory = host.memory();
        long swap = host.memorySwap();
        Invalid.when(swap < -1, "Invalid memory swap " + swap + ": -1 is unlimited");
        Invalid.when(
                memory == 0 && swap > 0,
                "You should always set the Memory limit when using Memoryswap limit, see usage");
        Invalid.when(
                memory > 0 && swap > 0 && swap < memory,
                "Minimum memoryswap limit should be larger than memory limit, see usage");
        if (memory > 0 && swap == 0) {
            return memory <= Long.MAX_VALUE / 2 ? OptionalLong.of(2 * memory) : OptionalLong.of(-1);
        }
        return given(swap);
    }

    private void cpu(HostConfig host) {
        Invalid.when(
                host.nanoCpus() > 0 && host.cpuPeriod() > 0,
                "Conflicting options: Nano CPUs and CPU Period cannot both be set");
        Invalid.when(
                host.nanoCpus() > 0 && host.cpuQuota() > 0,
                "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        Invalid.when(
                host.nanoCpus() < 0 || host.nanoCpus() > processors * 1_000_000_000L,
                "range of CPUs is from 0.01 to " + processors + ".00, as there are only " + processors
                        + " CPUs available");
        Invalid.when(
                host.cpuShares() < 0,
                "invalid CPU shares (" + host.cpuShares() + "): value must be a positive integer");
        Invalid.when(
                host.cpuPeriod() != 0 && (host.cpuPeriod() < 1000 || host.cpuPeriod() > 1_000_000),
                "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        Invalid.when(
                host.cpuQuota() < -1 || (host.cpuQuota() > 0 && host.cpuQuota() < 1000),
                "CPU cfs quota can not be less than 1ms (i.e. 1000)");
    }

    static String cpuList(String what, String list) {
        if (!list.isEmpty() && !CPU_LIST.matcher(list).matches()) {
            throw Invalid.value("Invalid value for " + what, list, "a list is like 0-2,4");
        }
        return list;
    }

    /// Nothing said means the engine's own limit; no limit is something to ask for with -1.
    static long pids(long asked) {
        Invalid.when(asked < -1, "Invalid pids limit " + asked + ": -1 is unlimited");
        return asked == 0 ? Resources.DEFAULT_PIDS : asked;
    }

    private static List<Resources.Ulimit> ulimits(List<HostConfig.Ulimit> asked) {
        var names = new HashSet<String>();
        return asked.stream().map(ulimit -> ulimit(ulimit, names)).toList();
    }

    private static Resources.Ulimit ulimit(HostConfig.Ulimit asked, Set<String> names) {
        if (!ULIMITS.contains(asked.name())) {
            throw Invalid.value("invalid ulimit type", asked.name(), "there are " + String.join(", ", sorted()));
        }
        Invalid.when(!names.add(asked.name()), "ulimit " + asked.name() + " is there twice");
        Invalid.when(asked.soft() < -1 || asked.hard() < -1, "ulimit " + asked.name() + ": -1 is unlimited");
        boolean above = asked.hard() != -1 && (asked.soft() == -1 || asked.soft() > asked.hard());
        Invalid.when(
                above,
                "ulimit soft limit must be less than or equal to hard limit: " + asked.soft() + " > " + asked.hard());
        return new Resources.Ulimit(asked.name(), asked.soft(), asked.hard());
    }

    private static List<String> sorted() {
        return ULIMITS.stream().sorted().toList();
    }
}
