package io.bulkhead.dockerapi.show;

import io.bulkhead.container.Container;
import io.bulkhead.container.Stats;
import io.bulkhead.container.Stats.NetworkIo;
import io.bulkhead.dockerapi.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A reading of a container's counters together with the one before, from which clients work out percentages.
public final class StatsFields {

    private StatsFields() {}

    /// @param now absent for a container that does not run: then all counters are missing
    public static Map<String, @Nullable Object> of(Container container, Optional<Stats> now, Optional<Stats> before) {
        return Json.object(
                "name", "/" + container.spec().name(),
                "id", container.id().value(),
                "read", time(now),
                "preread", time(before),
                "pids_stats", now.map(StatsFields::pids).orElse(Map.of()),
                "blkio_stats", now.map(StatsFields::blockIo).orElse(Map.of()),
                "num_procs", 0,
                "storage_stats", Map.of(),
                "cpu_stats", now.map(StatsFields::cpu).orElseGet(StatsFields::noCpu),
                "precpu_stats", before.map(StatsFields::cpu).orElseGet(StatsFields::noCpu),
                "memory_stats", now.map(StatsFields::memory).orElse(Map.of()),
                "networks", now.map(StatsFields::networks).orElse(Map.of()));
    }

    private static String time(Optional<Stats> stats) {
        return stats.map(s -> s.read().toString()).orElse(StateFields.NEVER);
    }

    private static Map<String, @Nullable Object> pids(Stats stats) {
        var fields = Json.object("current", stats.pids());
        stats.pidsLimit().ifPresent(limit -> fields.put("limit", limit));
        return fields;
    }

    private static Map<String, @Nullable Object> blockIo(Stats stats) {
        return Json.object(
                "io_service_bytes_recursive",
                        stats.blockIo().stream()
                                .map(io -> Json.object(
                                        "major", io.major(),
                                        "minor", io.minor(),
                                        "op", io.operation(),
                                        "value", io.bytes()))
                                .toList(),
                "io_serviced_recursive", null,
                "io_queue_recursive", null,
                "io_service_time_recursive", null,
                "io_wait_time_recursive", null,
                "io_merged_recursive", null,
                "io_time_recursive", null,
                "sectors_recursive", null);
    }

    private static Map<String, @Nullable Object> cpu(Stats stats) {
        return Json.object(
                "cpu_usage",
                        Json.object(
                                "total_usage", stats.cpuTotal(),
                                "usage_in_kernelmode", stats.cpuKernel(),
                                "usage_in_usermode", stats.cpuUser()),
                "system_cpu_usage", stats.systemCpu(),
                "online_cpus", stats.onlineCpus(),
                "throttling_data",
                        Json.object(
                                "periods", stats.periods(),
                                "throttled_periods", stats.throttledPeriods(),
                                "throttled_time", stats.throttledTime()));
    }

    private static Map<String, @Nullable Object> noCpu() {
        return Json.object(
                "cpu_usage", Json.object("total_usage", 0, "usage_in_kernelmode", 0, "usage_in_usermode", 0),
                "throttling_data", Json.object("periods", 0, "throttled_periods", 0, "throttled_time", 0));
    }

    private static Map<String, @Nullable Object> memory(Stats stats) {
        var fields = Json.object("usage", stats.memoryUsage());
        stats.memoryMaxUsage().ifPresent(most -> fields.put("max_usage", most));
        fields.put("stats", new TreeMap<>(stats.memoryStat()));
        fields.put("limit", stats.memoryLimit());
        return fields;
    }

    private static Map<String, @Nullable Object> networks(Stats stats) {
        var networks = new TreeMap<String, @Nullable Object>();
        stats.networks().forEach((name, io) -> networks.put(name, network(io)));
        return networks;
    }

    private static Map<String, @Nullable Object> network(NetworkIo io) {
        return Json.object(
                "rx_bytes", io.rxBytes(),
                "rx_packets", io.rxPackets(),
                "rx_errors", io.rxErrors(),
                "rx_dropped", io.rxDropped(),
                "tx_bytes", io.txBytes(),
                "tx_packets", io.txPackets(),
                "tx_errors", io.txErrors(),
                "tx_dropped", io.txDropped());
    }
}
