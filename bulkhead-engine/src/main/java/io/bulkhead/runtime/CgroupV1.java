package io.bulkhead.runtime;

import io.bulkhead.spec.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// A control group of the first version: one directory per controller.
final class CgroupV1 implements Cgroup {

    /// The kernel's "no limit" is the largest multiple of a page below 2^63.
    private static final long UNLIMITED = Long.MAX_VALUE - 65_535;

    private static final long TICK_NANOS = 10_000_000;

    private final Function<String, Optional<Path>> controllers;
    private final List<Path> everywhere;

    /// @param controllers the group's directory for a controller
    /// @param everywhere the group's directories in all hierarchies, also those without controllers
    CgroupV1(Function<String, Optional<Path>> controllers, List<Path> everywhere) {
        this.controllers = controllers;
        this.everywhere = List.copyOf(everywhere);
    }

    @Override
    public boolean exists() {
        return everywhere.stream().anyMatch(Files::isDirectory);
    }

    /// From the first hierarchy that knows: the runtime puts a container's processes into all of them.
    @Override
    public List<Integer> pids() {
        for (String controller : List.of("pids", "freezer", "memory", "devices")) {
            Optional<Path> group = controllers.apply(controller).filter(Files::isDirectory);
            if (group.isPresent()) {
                return CgroupFiles.pids(group.get());
            }
        }
        return List.of();
    }

    private Optional<Path> file(String controller, String name) {
        return controllers.apply(controller).map(group -> group.resolve(name));
    }

    private OptionalLong number(String controller, String name) {
        return file(controller, name).map(CgroupFiles::number).orElse(OptionalLong.empty());
    }

    private OptionalLong limit(String controller, String name) {
        OptionalLong limit = number(controller, name);
        return limit.isPresent() && limit.getAsLong() >= UNLIMITED ? OptionalLong.empty() : limit;
    }

    private Map<String, Long> table(String controller, String name) {
        return file(controller, name).map(CgroupFiles::table).orElse(Map.of());
    }

    @Override
    public CgroupUsage usage() {
        if (!exists()) {
            throw new CgroupException(CgroupException.Reason.NOT_FOUND, everywhere + " do not exist");
        }
        Map<String, Long> ticks = table("cpuacct", "cpuacct.stat");
        Map<String, Long> cpu = table("cpu", "cpu.stat");
        return new CgroupUsage(
                number("cpuacct", "cpuacct.usage").orElse(0),
                number("cpuacct", "cpuacct.usage_user").orElse(ticks.getOrDefault("user", 0L) * TICK_NANOS),
                number("cpuacct", "cpuacct.usage_sys").orElse(ticks.getOrDefault("system", 0L) * TICK_NANOS),
                cpu.getOrDefault("nr_periods", 0L),
                cpu.getOrDefault("nr_throttled", 0L),
                cpu.getOrDefault("throttled_time", 0L),
                number("memory", "memory.usage_in_bytes").orElse(0),
                number("memory", "memory.max_usage_in_bytes"),
                limit("memory", "memory.limit_in_bytes"),
                table("memory", "memory.stat"),
                number("pids", "pids.current").orElse(0),
                number("pids", "pids.max"),
                io());
    }

    /// Lines `8:0 Read 4096`, other operations and a total among them.
    private List<CgroupUsage.Io> io() {
        var all = new ArrayList<CgroupUsage.Io>();
        String text = file("blkio", "blkio.throttle.io_service_bytes_recursive")
                .flatMap(CgroupFiles::read)
                .orElse("");
        for (String line : text.lines().toList()) {
            String[] words = line.split("[ :]", -1);
            if (words.length == 4 && (words[2].equals("Read") || words[2].equals("Write"))) {
                all.add(new CgroupUsage.Io(
                        Long.parseLong(words[0]),
                        Long.parseLong(words[1]),
                        words[2].toLowerCase(Locale.ROOT),
                        Long.parseLong(words[3])));
            }
        }
        return all;
    }

    @Override
    public void freeze(Duration limit) {
        Path state = freezer();
        boolean done = CgroupLife.await(limit, () -> {
            // A process that forks while the group freezes can keep it from getting there; asking again helps.
            CgroupFiles.write(state, "FROZEN");
            return frozen();
        });
        if (!done) {
            thaw();
            throw CgroupLife.timedOut("freezing " + state.getParent(), limit);
        }
    }

    @Override
    public void thaw() {
        CgroupFiles.write(freezer(), "THAWED");
    }

    @Override
    public boolean frozen() {
        return CgroupFiles.read(freezer()).orElse("").strip().equals("FROZEN");
    }

    private Path freezer() {
        return file("freezer", "freezer.state")
                .orElseThrow(() -> new CgroupException(
                        CgroupException.Reason.NOT_FOUND, "the freezer controller is not mounted on this host"));
    }

    /// A frozen process gets its SIGKILL when it thaws, so: stop all, kill all, let them go and die.
    @Override
    public void killAll(Duration limit) {
        boolean empty = CgroupLife.await(limit, () -> {
            if (pids().isEmpty()) {
                return true;
            }
            try {
                freeze(Duration.ofMillis(200));
            } catch (CgroupException unfrozen) {
                System.getLogger(CgroupV1.class.getName())
                        .log(System.Logger.Level.DEBUG, "killing a group that does not freeze", unfrozen);
            }
            CgroupLife.kill(pids());
            if (exists()) {
                thaw();
            }
            return pids().isEmpty();
        });
        if (!empty) {
            throw CgroupLife.timedOut("killing processes " + pids() + " of " + everywhere.getFirst(), limit);
        }
    }

    @Override
    public boolean oomKilled() {
        return table("memory", "memory.oom_control").getOrDefault("oom_kill", 0L) > 0;
    }

    @Override
    public void update(Resources resources) {
        updateMemory(resources);
        resources.cpuShares().ifPresent(shares -> writeUnless0("cpu", "cpu.shares", shares));
        CgroupLimits.period(resources).ifPresent(period -> writeUnless0("cpu", "cpu.cfs_period_us", period));
        CgroupLimits.quota(resources).ifPresent(quota -> writeUnless0("cpu", "cpu.cfs_quota_us", quota));
        writeText("cpuset", "cpuset.cpus", resources.cpusetCpus());
        writeText("cpuset", "cpuset.mems", resources.cpusetMems());
        if (resources.pids() != 0) {
            writeText("pids", "pids.max", CgroupLimits.orMax(resources.pids()));
        }
        if (resources.blkioWeight() != 0) {
            boolean bfq =
                    file("blkio", "blkio.bfq.weight").filter(Files::exists).isPresent();
            write("blkio", bfq ? "blkio.bfq.weight" : "blkio.weight", Integer.toString(resources.blkioWeight()));
        }
    }

    /// The kernel keeps memory <= memory and swap at every moment, so what grows past the other goes second.
    private void updateMemory(Resources resources) {
        OptionalLong memory = resources.memory();
        OptionalLong both = resources.memorySwap();
        // Without swap accounting there is no such file, and no limit to keep.
        boolean counted = file("memory", "memory.memsw.limit_in_bytes")
                .filter(Files::exists)
                .isPresent();
        OptionalLong old = counted ? limit("memory", "memory.memsw.limit_in_bytes") : OptionalLong.empty();
        boolean pastOld = memory.isPresent() && old.isPresent() && memory.getAsLong() > old.getAsLong();
        CgroupLimits.swapAlone(both, memory.isPresent() ? memory : limit("memory", "memory.limit_in_bytes"));
        if (pastOld && both.isEmpty()) {
            throw CgroupLimits.contradiction("memory limit should be smaller than the limit of memory and swap already"
                    + " set; change that at the same time (--memory-swap)");
        }
        if (counted && pastOld) {
            both.ifPresent(value -> writeUnless0("memory", "memory.memsw.limit_in_bytes", value));
        }
        memory.ifPresent(value -> writeUnless0("memory", "memory.limit_in_bytes", value));
        if (counted && !pastOld) {
            both.ifPresent(value -> writeUnless0("memory", "memory.memsw.limit_in_bytes", value));
        }
        resources.memoryReservation().ifPresent(soft -> writeUnless0("memory", "memory.soft_limit_in_bytes", soft));
    }

    private void writeUnless0(String controller, String name, long value) {
        if (value != 0) {
            write(controller, name, Long.toString(value));
        }
    }

    private void writeText(String controller, String name, String value) {
        if (!value.isEmpty()) {
            write(controller, name, value);
        }
    }

    private void write(String controller, String name, String value) {
        Path file = file(controller, name)
                .orElseThrow(() -> new CgroupException(
                        CgroupException.Reason.NOT_FOUND,
                        "the " + controller + " controller is not mounted on this host"));
        CgroupFiles.write(file, value);
    }

    @Override
    public void remove() {
        CgroupLife.remove(everywhere);
    }
}
