package io.bulkhead.cli.storage;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.output.Listing;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "List volumes")
public final class ListVerb extends Verb {

    private static final Map<String, String> HEADERS = Map.of(
            "Name", "VOLUME NAME",
            "Driver", "DRIVER",
            "Scope", "SCOPE",
            "Mountpoint", "MOUNTPOINT",
            "Labels", "LABELS",
            "Size", "SIZE",
            "Links", "LINKS",
            "Availability", "AVAILABILITY",
            "Group", "GROUP",
            "Status", "STATUS");

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "NAME=VALUE",
            description = "Provide filter values (e.g. dangling=true)")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or a template")
    String format = "";

    @Option(
            names = {"-q", "--quiet"},
            description = "Only display volume names")
    boolean quiet;

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        Json answer = api().get(Query.of("/volumes").withFilters(filters).toString());
        List<Json> volumes = answer.at("Volumes").items().stream()
                .sorted(Comparator.comparing(volume -> volume.at("Name").text()))
                .toList();
        if (quiet && format.isEmpty()) {
            volumes.forEach(volume -> say(volume.at("Name").text()));
            return 0;
        }
        var listing = new Listing(HEADERS, List.of("Driver", "Name"));
        volumes.forEach(volume -> listing.add(row(volume)));
        listing.show(format, console());
        return 0;
    }

    private static Map<String, Object> row(Json volume) {
        Map<String, Object> row = new LinkedHashMap<>();
        List.of("Name", "Driver", "Scope", "Mountpoint")
                .forEach(field -> row.put(field, volume.at(field).text()));
        row.put(
                "Labels",
                volume.at("Labels").fields().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue().text())
                        .collect(Collectors.joining(",")));
        // The last three are of Swarm's volumes, which this engine has not; scripts read the fields all the same.
        List.of("Size", "Links", "Availability", "Group", "Status").forEach(field -> row.put(field, "N/A"));
        row.put("Label", Template.method(name -> volume.at("Labels", name).text()));
        return row;
    }
}
