package io.bulkhead.cli.image;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.output.Listing;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "images", description = "List images")
public final class ListVerb extends Verb {

    @Option(
            names = {"-a", "--all"},
            description = "Show all images (default hides intermediate images)")
    boolean all;

    @Option(names = "--digests", description = "Show digests")
    boolean digests;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "NAME=VALUE",
            description = "Filter output based on conditions provided")
    List<String> filters = new ArrayList<>();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, json, 'table TEMPLATE' or a template such as '{{.Repository}}:{{.Tag}}'")
    String format = "";

    @Option(names = "--no-trunc", description = "Don't truncate output")
    boolean whole;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only show image IDs")
    boolean quiet;

    @Completes(Known.IMAGES)
    @Parameters(index = "0", arity = "0..1", paramLabel = "REPOSITORY[:TAG]")
    String reference = "";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        List<String> conditions = new ArrayList<>(filters);
        if (!reference.isEmpty()) {
            conditions.add("reference=" + reference);
        }
        List<Json> images = api().get(Query.of("/images/json")
                        .withFlag("all", all)
                        .withFlag("digests", digests)
                        .withFilters(conditions)
                        .toString())
                .items();
        if (quiet && format.isEmpty()) {
            images.forEach(image ->
                    ImageRow.of(image, !whole, console().clock()).forEach(_ -> say(ImageRow.id(image, !whole))));
            return 0;
        }
        var listing = new Listing(ImageRow.HEADERS, fields());
        images.forEach(image -> ImageRow.of(image, !whole, console().clock()).forEach(listing::add));
        listing.show(format, console());
        return 0;
    }

    private List<String> fields() {
        return digests
                ? List.of("Repository", "Tag", "Digest", "ID", "CreatedSince", "Size")
                : List.of("Repository", "Tag", "ID", "CreatedSince", "Size");
    }
}
