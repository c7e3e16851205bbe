package io.bulkhead.runtime;

import io.bulkhead.spec.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// A control group of the second version: one directory for everything.
final class CgroupV2 implements Cgroup {

    private static final long MICRO_NANOS = 1000;

    private final Path group;

    CgroupV2(Path group) {
        this.group = group;
    }

    @Override
    public boolean exists() {
        return Files.isDirectory(group);
    }

    @Override
    public List<Integer> pids() {
        return CgroupFiles.pids(group);
    }

    private OptionalLong number(String name) {
        return CgroupFiles.number(group.resolve(name));
    }

    private Map<String, Long> table(String name) {
        return CgroupFiles.table(group.resolve(name));
    }

    @Override
    public CgroupUsage usage() {
        if (!exists()) {
            throw new CgroupException(CgroupException.Reason.NOT_FOUND, group + " does not exist");
        }
        Map<String, Long> cpu = table("cpu.stat");
        return new CgroupUsage(
                cpu.getOrDefault("usage_usec", 0L) * MICRO_NANOS,
                cpu.getOrDefault("user_usec", 0L) * MICRO_NANOS,
                cpu.getOrDefault("system_usec", 0L) * MICRO_NANOS,
                cpu.getOrDefault("nr_periods", 0L),
                cpu.getOrDefault("nr_throttled", 0L),
                cpu.getOrDefault("throttled_usec", 0L) * MICRO_NANOS,
                number("memory.current").orElse(0),
                number("memory.peak"),
                number("memory.max"),
                table("memory.stat"),
                number("pids.current").orElse(0),
                number("pids.max"),
                io());
    }

    /// Lines `8:0 rbytes=4096 wbytes=0 rios=1 ...`.
    private List<CgroupUsage.Io> io() {
        var all = new ArrayList<CgroupUsage.Io>();
        for (String line :
                CgroupFiles.read(group.resolve("io.stat")).orElse("").lines().toList()) {
            String[] words = line.split("[ :]", -1);
            for (String word : words) {
                if (word.startsWith("rbytes=") || word.startsWith("wbytes=")) {
                    all.add(new CgroupUsage.Io(
                            Long.parseLong(words[0]),
                            Long.parseLong(words[1]),
                            word.startsWith("r") ? "read" : "write",
                            Long.parseLong(word.substring("rbytes=".length()))));
                }
            }
        }
        return all;
    }

    @Override
    public void freeze(Duration limit) {
        CgroupFiles.write(group.resolve("cgroup.freeze"), "1");
        if (!CgroupLife.await(limit, this::frozen)) {
            thaw();
            throw CgroupLife.timedOut("freezing " + group, limit);
        }
    }

    @Override
    public void thaw() {
        CgroupFiles.write(group.resolve("cgroup.freeze"), "0");
    }

    /// `cgroup.freeze` says what was asked for, `cgroup.events` what is.
    @Override
    public boolean frozen() {
        return table("cgroup.events").getOrDefault("frozen", 0L) == 1;
    }

    @Override
    public void killAll(Duration limit) {
        Path kill = group.resolve("cgroup.kill");
        boolean empty = CgroupLife.await(limit, () -> {
            if (pids().isEmpty()) {
                return true;
            }
            if (Files.exists(kill)) {
                CgroupFiles.write(kill, "1");
            } else {
                // Before Linux 5.14. Unlike in the first version, SIGKILL reaches a frozen process.
                CgroupFiles.write(group.resolve("cgroup.freeze"), "1");
                CgroupLife.kill(pids());
            }
            return pids().isEmpty();
        });
        if (!empty) {
            throw CgroupLife.timedOut("killing processes " + pids() + " of " + group, limit);
        }
    }

    @Override
    public boolean oomKilled() {
        return table("memory.events").getOrDefault("oom_kill", 0L) > 0;
    }

    @Override
    public void update(Resources resources) {
        updateMemory(resources);
        updateCpu(resources);
        writeText("cpuset.cpus", resources.cpusetCpus());
        writeText("cpuset.mems", resources.cpusetMems());
        if (resources.pids() != 0) {
            write("pids.max", CgroupLimits.orMax(resources.pids()));
        }
        if (resources.blkioWeight() != 0) {
            updateIoWeight(resources.blkioWeight());
        }
    }

    private void updateMemory(Resources resources) {
        OptionalLong memory = resources.memory();
        OptionalLong swap =
                CgroupLimits.swapAlone(resources.memorySwap(), memory.isPresent() ? memory : number("memory.max"));
        // More swap first, so that a smaller memory limit finds where to put the rest; without swap there is no file.
        if (swap.isPresent() && Files.exists(group.resolve("memory.swap.max"))) {
            write("memory.swap.max", CgroupLimits.orMax(swap.getAsLong()));
        }
        memory.ifPresent(value -> writeUnless0("memory.max", value));
        resources.memoryReservation().ifPresent(soft -> writeUnless0("memory.low", soft));
    }

    private void updateCpu(Resources resources) {
        resources.cpuShares().ifPresent(shares -> {
            if (shares != 0) {
                write("cpu.weight", Long.toString(CgroupLimits.weight(shares)));
            }
        });
        OptionalLong period = CgroupLimits.period(resources);
        OptionalLong quota = CgroupLimits.quota(resources);
        if (period.isPresent() || quota.isPresent()) {
            String[] old = CgroupFiles.read(group.resolve("cpu.max"))
                    .orElse("max " + CgroupLimits.DEFAULT_PERIOD)
                    .strip()
                    .split(" ", -1);
            String newQuota = quota.orElse(0) == 0 ? old[0] : CgroupLimits.orMax(quota.getAsLong());
            write("cpu.max", newQuota + " " + (period.orElse(0) == 0 ? old[1] : period.getAsLong()));
        }
    }

    private void updateIoWeight(int blkioWeight) {
        if (Files.exists(group.resolve("io.bfq.weight"))) {
            write("io.bfq.weight", Integer.toString(blkioWeight));
        } else {
            write("io.weight", Long.toString(CgroupLimits.ioWeight(blkioWeight)));
        }
    }

    private void writeUnless0(String name, long value) {
        if (value != 0) {
            write(name, CgroupLimits.orMax(value));
        }
    }

    private void writeText(String name, String value) {
        if (!value.isEmpty()) {
            write(name, value);
        }
    }

    private void write(String name, String value) {
        CgroupFiles.write(group.resolve(name), value);
    }

    @Override
    public void remove() {
        CgroupLife.remove(List.of(group));
    }
}
