package io.bulkhead.cli.network;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.output.Listing;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.text.Cut;
import io.bulkhead.cli.text.Moments;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "List networks")
public final class ListVerb extends Verb {

    private static final Map<String, String> HEADERS = Map.of(
            "ID", "NETWORK ID",
            "Name", "NAME",
            "Driver", "DRIVER",
            "Scope", "SCOPE",
            "IPv6", "IPV6",
            "Internal", "INTERNAL",
            "Labels", "LABELS",
            "CreatedAt", "CREATED AT");

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "NAME=VALUE",
            description = "Provide filter values (e.g. driver=bridge)")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or a template")
    String format = "";

    @Option(names = "--no-trunc", description = "Do not truncate the output")
    boolean whole;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only display network IDs")
    boolean quiet;

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        List<Json> networks = api()
                .get(Query.of("/networks").withFilters(filters).toString())
                .items()
                .stream()
                .sorted(Comparator.comparing(network -> network.at("Name").text()))
                .toList();
        if (quiet && format.isEmpty()) {
            networks.forEach(network -> say(id(network)));
            return 0;
        }
        var listing = new Listing(HEADERS, List.of("ID", "Name", "Driver", "Scope"));
        networks.forEach(network -> listing.add(row(network)));
        listing.show(format, console());
        return 0;
    }

    private String id(Json network) {
        String id = network.at("Id").text();
        return whole ? id : Cut.id(id);
    }

    private Map<String, Object> row(Json network) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ID", id(network));
        List.of("Name", "Driver", "Scope")
                .forEach(field -> row.put(field, network.at(field).text()));
        row.put("IPv6", String.valueOf(network.at("EnableIPv6").flag()));
        row.put("Internal", String.valueOf(network.at("Internal").flag()));
        row.put(
                "Labels",
                network.at("Labels").fields().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue().text())
                        .collect(Collectors.joining(",")));
        row.put(
                "CreatedAt",
                Moments.shown(
                        Moments.parse(network.at("Created").text()),
                        console().clock().getZone()));
        row.put("Label", Template.method(name -> network.at("Labels", name).text()));
        return row;
    }
}
