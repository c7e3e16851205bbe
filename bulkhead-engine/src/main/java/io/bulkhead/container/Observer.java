package io.bulkhead.container;

import io.bulkhead.container.Containers.LogReader;
import io.bulkhead.container.Containers.LogRequest;
import io.bulkhead.container.Containers.ProcessTable;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.container.Stats.BlockIo;
import io.bulkhead.container.Stats.NetworkIo;
import io.bulkhead.runtime.CgroupException;
import io.bulkhead.runtime.CgroupUsage;
import io.bulkhead.runtime.NetworkDevices;
import io.bulkhead.runtime.NetworkDevices.Counters;
import io.bulkhead.runtime.ProcessList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Looks at containers without touching them: counters, processes, logs, confinement.
final class Observer {

    private static final long NANOS_PER_TICK = 10_000_000L;

    private final Host host;

    Observer(Host host) {
        this.host = host;
    }

    ProcessTable top(Life life, String psArguments) {
        try {
            var table = ProcessList.of(host.cgroup(life).pids(), psArguments);
            return new ProcessTable(table.titles(), table.rows());
        } catch (IllegalArgumentException refused) {
            throw new EngineException(Reason.INVALID, String.valueOf(refused.getMessage()), refused);
        }
    }

    /// A container that does not run has counters of zero, as Docker shows it.
    Stats stats(Life life) {
        Instant now = Instant.now(host.clock());
        if (life.run().isEmpty()) {
            return stopped(now);
        }
        try {
            Map<String, Counters> devices =
                    NetworkDevices.of(life.run().get().processes().process());
            return stats(now, host.cgroup(life).usage(), devices);
        } catch (CgroupException ended) {
            return stopped(now);
        }
    }

    private static Stats stats(Instant now, CgroupUsage usage, Map<String, Counters> devices) {
        var networks = new HashMap<String, NetworkIo>();
        devices.forEach((name, c) -> networks.put(
                name,
                new NetworkIo(
                        c.rxBytes(),
                        c.rxPackets(),
                        c.rxErrors(),
                        c.rxDropped(),
                        c.txBytes(),
                        c.txPackets(),
                        c.txErrors(),
                        c.txDropped())));
        List<BlockIo> io = usage.io().stream()
                .map(each -> new BlockIo(each.major(), each.minor(), each.operation(), each.bytes()))
                .toList();
        return new Stats(
                now,
                usage.cpuTotal(),
                usage.cpuUser(),
                usage.cpuKernel(),
                usage.throttledPeriods(),
                usage.periods(),
                usage.throttledTime(),
                systemCpu(),
                Runtime.getRuntime().availableProcessors(),
                usage.memoryUsage(),
                usage.memoryMaxUsage(),
                usage.memoryLimit().orElseGet(Observer::hostMemory),
                usage.memoryStat(),
                usage.pids(),
                usage.pidsLimit(),
                io,
                networks);
    }

    private static Stats stopped(Instant now) {
        var nothing = new CgroupUsage(
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
        return stats(now, nothing, Map.of());
    }

    /// The first line of `/proc/stat`, in ticks of a hundredth of a second (proc_stat(5)).
    private static long systemCpu() {
        String[] fields = firstLine("/proc/stat").split(" +", -1);
        long ticks = 0;
        for (int i = 1; i < Math.min(fields.length, 9); i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * NANOS_PER_TICK;
    }

    /// `MemTotal:  24599904 kB` (proc_meminfo(5)).
    private static long hostMemory() {
        return Long.parseLong(firstLine("/proc/meminfo").replaceAll("[^0-9]", "")) * 1024;
    }

    private static String firstLine(String file) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.findFirst().orElse("");
        } catch (IOException failure) {
            throw new EngineException(Reason.STORAGE, file + " cannot be read", failure);
        }
    }

    LogReader logs(Life life, LogRequest request) {
        if (life.spec().log().driver().equals("none")) {
            throw new EngineException(
                    Reason.UNSUPPORTED, "configured logging driver does not support reading: it is `none`");
        }
        throw new EngineException(Reason.UNSUPPORTED, "logs are not read yet");
    }
}
