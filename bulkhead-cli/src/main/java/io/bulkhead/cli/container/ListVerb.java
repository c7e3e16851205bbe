package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.output.Listing;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ps", description = "List containers")
public final class ListVerb extends Verb {

    @Option(
            names = {"-a", "--all"},
            description = "Show all containers (default shows just running)")
    boolean all;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "NAME=VALUE",
            description = "Filter output based on conditions provided")
    List<String> filters = new ArrayList<>();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, json, 'table TEMPLATE' or a template such as '{{.ID}} {{.Names}}'")
    String format = "";

    @Option(
            names = {"-n", "--last"},
            paramLabel = "NUMBER",
            description = "Show n last created containers (includes all states)")
    int last = -1;

    @Option(
            names = {"-l", "--latest"},
            description = "Show the latest created container (includes all states)")
    boolean latest;

    @Option(names = "--no-trunc", description = "Don't truncate output")
    boolean whole;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only display container IDs")
    boolean quiet;

    @Option(
            names = {"-s", "--size"},
            description = "Display total file sizes")
    boolean size;

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        int limit = latest && last < 0 ? 1 : last;
        List<Json> containers = api().get(Query.of("/containers/json")
                        .withFlag("all", all || limit > 0)
                        .withText("limit", limit > 0 ? String.valueOf(limit) : "")
                        .withFlag("size", size || format.contains(".Size"))
                        .withFilters(filters)
                        .toString())
                .items();
        if (quiet && format.isEmpty()) {
            containers.forEach(container -> say(ContainerRow.id(container, !whole)));
            return 0;
        }
        var listing = new Listing(ContainerRow.HEADERS, fields());
        containers.forEach(container ->
                listing.add(ContainerRow.of(container, !whole, console().clock())));
        listing.show(format, console());
        return 0;
    }

    private List<String> fields() {
        List<String> fields =
                new ArrayList<>(List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"));
        if (size) {
            fields.add("Size");
        }
        return fields;
    }
}
