package io.bulkhead.cli.container;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Cut;
import io.bulkhead.cli.text.Sizes;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One line of `stats`.
final class StatsRow {

    static final Map<String, String> HEADERS = headers();

    private StatsRow() {}

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Container", "CONTAINER");
        headers.put("ID", "CONTAINER ID");
        headers.put("Name", "NAME");
        headers.put("CPUPerc", "CPU %");
        headers.put("MemUsage", "MEM USAGE / LIMIT");
        headers.put("MemPerc", "MEM %");
        headers.put("NetIO", "NET I/O");
        headers.put("BlockIO", "BLOCK I/O");
        headers.put("PIDs", "PIDS");
        return headers;
    }

    static Map<String, Object> of(String container, Json stats, boolean cut) {
        double used = memory(stats.at("memory_stats"));
        double limit = stats.at("memory_stats", "limit").decimal();
        String id = stats.at("id").text();
        String name = stats.at("name").text();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Container", container);
        row.put("ID", cut ? Cut.id(id) : id);
        row.put("Name", name.startsWith("/") ? name.substring(1) : name);
        row.put("CPUPerc", percent(processors(stats)));
        row.put("MemUsage", Sizes.binary(used) + " / " + Sizes.binary(limit));
        row.put("MemPerc", percent(limit > 0 ? used / limit * 100 : 0));
        row.put("NetIO", network(stats.at("networks")));
        row.put("BlockIO", blocks(stats.at("blkio_stats", "io_service_bytes_recursive")));
        row.put("PIDs", String.valueOf(stats.at("pids_stats", "current").number()));
        return row;
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    /// Without the cache that the kernel gives back when asked: `total_inactive_file` on cgroup v1, `inactive_file` on
    /// v2.
    private static double memory(Json memory) {
        double usage = memory.at("usage").decimal();
        double cache = memory.at("stats", "total_inactive_file").exists()
                ? memory.at("stats", "total_inactive_file").decimal()
                : memory.at("stats", "inactive_file").decimal();
        return cache < usage ? usage - cache : usage;
    }

    private static double processors(Json stats) {
        double used = stats.at("cpu_stats", "cpu_usage", "total_usage").decimal()
                - stats.at("precpu_stats", "cpu_usage", "total_usage").decimal();
        double system = stats.at("cpu_stats", "system_cpu_usage").decimal()
                - stats.at("precpu_stats", "system_cpu_usage").decimal();
        double count = stats.at("cpu_stats", "online_cpus").decimal();
        return used > 0 && system > 0 ? used / system * Math.max(count, 1) * 100 : 0;
    }

    private static String network(Json networks) {
        double received = 0;
        double sent = 0;
        for (Json network : networks.fields().values()) {
            received += network.at("rx_bytes").decimal();
            sent += network.at("tx_bytes").decimal();
        }
        return Sizes.decimal(received) + " / " + Sizes.decimal(sent);
    }

    private static String blocks(Json entries) {
        double read = 0;
        double written = 0;
        for (Json entry : entries.items()) {
            String operation = entry.at("op").text().toLowerCase(Locale.ROOT);
            read += operation.equals("read") ? entry.at("value").decimal() : 0;
            written += operation.equals("write") ? entry.at("value").decimal() : 0;
        }
        return Sizes.decimal(read) + " / " + Sizes.decimal(written);
    }
}
