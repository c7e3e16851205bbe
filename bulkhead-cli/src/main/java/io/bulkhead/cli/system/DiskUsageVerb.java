package io.bulkhead.cli.system;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.output.Listing;
import io.bulkhead.cli.text.Cut;
import io.bulkhead.cli.text.Sizes;
import io.bulkhead.cli.verb.Verb;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "df", description = "Show disk usage")
public final class DiskUsageVerb extends Verb {

    private static final Map<String, String> HEADERS = Map.of(
            "Type", "TYPE",
            "TotalCount", "TOTAL",
            "Active", "ACTIVE",
            "Size", "SIZE",
            "Reclaimable", "RECLAIMABLE");

    private static final Map<String, String> VERBOSE_HEADERS =
            Map.of("Name", "NAME", "Size", "SIZE", "Users", "USE", "ID", "ID");

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or a template")
    String format = "";

    @Option(
            names = {"-v", "--verbose"},
            description = "Show detailed information on space usage")
    boolean verbose;

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        Json usage = api().get("/system/df");
        if (verbose) {
            details(usage);
            return 0;
        }
        var listing = new Listing(HEADERS, List.of("Type", "TotalCount", "Active", "Size", "Reclaimable"));
        listing.add(images(usage));
        listing.add(containers(usage.at("Containers").items()));
        listing.add(volumes(usage.at("Volumes").items()));
        listing.show(format, console());
        return 0;
    }

    private static Map<String, Object> images(Json usage) {
        List<Json> images = usage.at("Images").items();
        double total = usage.at("LayersSize").decimal();
        double used = 0;
        long active = 0;
        for (Json image : images) {
            if (image.at("Containers").number() > 0) {
                active++;
                used += image.at("Size").decimal()
                        - Math.max(0, image.at("SharedSize").decimal());
            }
        }
        return row("Images", images.size(), active, total, Math.max(0, total - used));
    }

    private static Map<String, Object> containers(List<Json> containers) {
        double total = 0;
        double free = 0;
        long active = 0;
        for (Json container : containers) {
            double size = container.at("SizeRw").decimal();
            boolean runs = List.of("running", "paused", "restarting")
                    .contains(container.at("State").text());
            total += size;
            active += runs ? 1 : 0;
            free += runs ? 0 : size;
        }
        return row("Containers", containers.size(), active, total, free);
    }

    private static Map<String, Object> volumes(List<Json> volumes) {
        double total = 0;
        double free = 0;
        long active = 0;
        for (Json volume : volumes) {
            double size = Math.max(0, volume.at("UsageData", "Size").decimal());
            boolean used = volume.at("UsageData", "RefCount").number() > 0;
            total += size;
            active += used ? 1 : 0;
            free += used ? 0 : size;
        }
        return row("Local Volumes", volumes.size(), active, total, free);
    }

    private static Map<String, Object> row(String type, int count, long active, double size, double free) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Type", type);
        row.put("TotalCount", String.valueOf(count));
        row.put("Active", String.valueOf(active));
        row.put("Size", Sizes.decimal(size));
        String share = size > 0 ? " (" + (long) (free * 100 / size) + "%)" : "";
        row.put("Reclaimable", Sizes.decimal(free) + share);
        return row;
    }

    private void details(Json usage) {
        table(
                "Images space usage:",
                usage.at("Images").items().stream()
                        .map(image -> detail(
                                String.join(
                                        ",",
                                        image.at("RepoTags").items().stream()
                                                .map(Json::text)
                                                .toList()),
                                image.at("Id").text(),
                                image.at("Size").decimal(),
                                image.at("Containers").text()))
                        .toList());
        table(
                "Containers space usage:",
                usage.at("Containers").items().stream()
                        .map(container -> detail(
                                String.join(
                                        ",",
                                        container.at("Names").items().stream()
                                                .map(Json::text)
                                                .toList()),
                                container.at("Id").text(),
                                container.at("SizeRw").decimal(),
                                container.at("State").text()))
                        .toList());
        table(
                "Local Volumes space usage:",
                usage.at("Volumes").items().stream()
                        .map(volume -> detail(
                                volume.at("Name").text(),
                                "",
                                Math.max(0, volume.at("UsageData", "Size").decimal()),
                                volume.at("UsageData", "RefCount").text()))
                        .toList());
    }

    private static Map<String, Object> detail(String name, String id, double size, String users) {
        return Map.of("Name", name, "ID", Cut.id(id), "Size", Sizes.decimal(size), "Users", users);
    }

    private void table(String title, List<Map<String, Object>> rows) {
        say(title);
        say("");
        var listing = new Listing(VERBOSE_HEADERS, List.of("Name", "ID", "Users", "Size"));
        rows.forEach(listing::add);
        listing.show("", console());
        say("");
    }
}
