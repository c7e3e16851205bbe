package io.bulkhead.cli.create;

import io.bulkhead.cli.text.Sizes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/// Limits of memory, processors, processes and files. `update` has these too.
public final class ResourceOptions {

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "BYTES",
            description = "Memory limit")
    String memory = "";

    @Option(
            names = "--memory-swap",
            paramLabel = "BYTES",
            description = "Swap limit equal to memory plus swap: '-1' to enable unlimited swap")
    String memorySwap = "";

    @Option(names = "--memory-reservation", paramLabel = "BYTES", description = "Memory soft limit")
    String memoryReservation = "";

    @Option(names = "--cpus", paramLabel = "NUMBER", description = "Number of CPUs")
    String cpus = "";

    @Option(
            names = {"-c", "--cpu-shares"},
            paramLabel = "WEIGHT",
            description = "CPU shares (relative weight)")
    long cpuShares;

    @Option(
            names = "--cpu-period",
            paramLabel = "MICROSECONDS",
            description = "Limit CPU CFS (Completely Fair Scheduler) period")
    long cpuPeriod;

    @Option(
            names = "--cpu-quota",
            paramLabel = "MICROSECONDS",
            description = "Limit CPU CFS (Completely Fair Scheduler) quota")
    long cpuQuota;

    @Option(names = "--cpuset-cpus", paramLabel = "CPUS", description = "CPUs in which to allow execution (0-3, 0,1)")
    String cpusetCpus = "";

    @Option(names = "--cpuset-mems", paramLabel = "NODES", description = "MEMs in which to allow execution (0-3, 0,1)")
    String cpusetMems = "";

    @Option(
            names = "--pids-limit",
            paramLabel = "NUMBER",
            description = "Tune container pids limit (set -1 for unlimited)")
    long pidsLimit;

    @Option(
            names = "--blkio-weight",
            paramLabel = "WEIGHT",
            description = "Block IO (relative weight), between 10 and 1000, or 0 to disable")
    int blkioWeight;

    /// What was given, for a request that changes nothing else.
    public Map<String, Object> given() {
        Map<String, Object> all = new LinkedHashMap<>();
        addToHost(all);
        all.values().removeIf(value -> value.equals(0L) || value.equals(0) || value.equals(""));
        return all;
    }

    void addToHost(Map<String, Object> host) {
        host.put("CpuShares", cpuShares);
        host.put("Memory", bytes(memory, "-m, --memory"));
        host.put("NanoCpus", nanoCpus());
        host.put("BlkioWeight", blkioWeight);
        host.put("CpuPeriod", cpuPeriod);
        host.put("CpuQuota", cpuQuota);
        host.put("CpusetCpus", cpusetCpus);
        host.put("CpusetMems", cpusetMems);
        host.put("MemoryReservation", bytes(memoryReservation, "--memory-reservation"));
        host.put("MemorySwap", memorySwap.equals("-1") ? Long.valueOf(-1) : bytes(memorySwap, "--memory-swap"));
        host.put("PidsLimit", pidsLimit);
    }

    static Long bytes(String text, String option) {
        return text.isEmpty() ? Long.valueOf(0) : Invalid.parse(text, option, Sizes::parse);
    }

    private Long nanoCpus() {
        if (cpus.isEmpty()) {
            return 0L;
        }
        return Invalid.parse(cpus, "--cpus", ResourceOptions::nanoCpus);
    }

    private static Long nanoCpus(String text) {
        BigDecimal number;
        try {
            number = new BigDecimal(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("failed to parse " + text + " as a rational number");
        }
        try {
            return number.movePointRight(9).longValueExact();
        } catch (ArithmeticException _) {
            throw new IllegalArgumentException("value is too precise");
        }
    }

    /// Sorted by name, as the stock client does.
    static List<Map<String, Object>> ulimits(List<String> options) {
        Map<String, Map<String, Object>> limits = new TreeMap<>();
        for (String option : options) {
            Map<String, Object> limit = Invalid.parse(option, "--ulimit", ResourceOptions::ulimit);
            limits.put(String.valueOf(limit.get("Name")), limit);
        }
        return new ArrayList<>(limits.values());
    }

    private static Map<String, Object> ulimit(String option) {
        int sign = option.indexOf('=');
        if (sign < 0) {
            throw new IllegalArgumentException("invalid ulimit argument: " + option);
        }
        String name = option.substring(0, sign);
        String[] parts = option.substring(sign + 1).split(":", -1);
        if (parts.length > 2) {
            throw new IllegalArgumentException("too many limit value arguments - " + option.substring(sign + 1)
                    + ", can only have up to two, `soft[:hard]`");
        }
        if (!List.of(
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
                        "stack")
                .contains(name)) {
            throw new IllegalArgumentException("invalid ulimit type: " + name);
        }
        long soft = Long.parseLong(parts[0]);
        long hard = parts.length == 2 ? Long.parseLong(parts[1]) : soft;
        if (hard != -1 && (soft > hard || soft == -1)) {
            throw new IllegalArgumentException(
                    "ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
        }
        return Body.object("Name", name, "Hard", hard, "Soft", soft);
    }
}
