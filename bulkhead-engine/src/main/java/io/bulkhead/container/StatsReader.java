package io.bulkhead.container;

import io.bulkhead.runtime.Cgroup;
import io.bulkhead.runtime.CgroupUsage;
import io.bulkhead.runtime.NetworkDevices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// Reads [Stats]: the container's counters beside the host's, which percentages are made of.
final class StatsReader {

    /// Docker counts user, nice, system, idle, iowait, irq and softirq, but no stolen time.
    private static final int CPU_FIELDS = 7;

    private static final long TICK_NANOS = 10_000_000;

    private static final CgroupUsage NOTHING = new CgroupUsage(
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            OptionalLong.empty(),
            OptionalLong.of(0),
            Map.of(),
            0,
            OptionalLong.empty(),
            List.of());

    private final Clock clock;
    private final Path proc;

    StatsReader(Clock clock) {
        this(clock, Path.of("/proc"));
    }

    StatsReader(Clock clock, Path proc) {
        this.clock = clock;
        this.proc = proc;
    }

    /// @param pid any process of the container, whose network devices are counted
    /// @throws io.bulkhead.runtime.CgroupException NOT_FOUND once it has ended
    Stats read(Cgroup cgroup, int pid) {
        return stats(cgroup.usage(), networks(pid));
    }

    /// Of a container that does not run: nothing, as Docker shows it.
    Stats stopped() {
        return stats(NOTHING, Map.of());
    }

    private Stats stats(CgroupUsage usage, Map<String, Stats.NetworkIo> networks) {
        List<String> host = lines("stat");
        long memory = hostMemory();
        return new Stats(
                clock.instant(),
                usage.cpuTotal(),
                usage.cpuUser(),
                usage.cpuKernel(),
                usage.throttledPeriods(),
                usage.periods(),
                usage.throttledTime(),
                systemCpu(host),
                (int) host.stream().filter(line -> line.matches("cpu[0-9]+ .*")).count(),
                usage.memoryUsage(),
                usage.memoryMaxUsage(),
                Math.min(usage.memoryLimit().orElse(memory), memory),
                usage.memoryStat(),
                usage.pids(),
                usage.pidsLimit(),
                usage.io().stream()
                        .map(io -> new Stats.BlockIo(io.major(), io.minor(), io.operation(), io.bytes()))
                        .toList(),
                networks);
    }

    private static long systemCpu(List<String> host) {
        String total = host.stream()
                .filter(line -> line.startsWith("cpu "))
                .findFirst()
                .orElse("cpu");
        return Arrays.stream(total.strip().split(" +", -1))
                        .skip(1)
                        .limit(CPU_FIELDS)
                        .mapToLong(Long::parseLong)
                        .sum()
                * TICK_NANOS;
    }

    private long hostMemory() {
        return lines("meminfo").stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static Map<String, Stats.NetworkIo> networks(int pid) {
        return NetworkDevices.of(pid).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> networkIo(entry.getValue())));
    }

    private static Stats.NetworkIo networkIo(NetworkDevices.Counters c) {
        return new Stats.NetworkIo(
                c.rxBytes(),
                c.rxPackets(),
                c.rxErrors(),
                c.rxDropped(),
                c.txBytes(),
                c.txPackets(),
                c.txErrors(),
                c.txDropped());
    }

    private List<String> lines(String name) {
        try {
            return Files.readAllLines(proc.resolve(name), StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException("read /proc/" + name, failure);
        }
    }
}
