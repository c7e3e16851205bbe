package io.bulkhead.cli.image;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.output.Listing;
import io.bulkhead.cli.text.Ages;
import io.bulkhead.cli.text.Cut;
import io.bulkhead.cli.text.Sizes;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "history", description = "Show the history of an image")
public final class HistoryVerb extends Verb {

    private static final Map<String, String> HEADERS = Map.of(
            "ID", "IMAGE",
            "CreatedSince", "CREATED",
            "CreatedAt", "CREATED AT",
            "CreatedBy", "CREATED BY",
            "Size", "SIZE",
            "Comment", "COMMENT");

    private static final int CREATED_BY_LENGTH = 45;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or a template")
    String format = "";

    @Option(
            names = {"-H", "--human"},
            arity = "0..1",
            defaultValue = "true",
            fallbackValue = "true",
            description = "Print sizes and dates in human readable format")
    boolean human = true;

    @Option(names = "--no-trunc", description = "Don't truncate output")
    boolean whole;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only show image IDs")
    boolean quiet;

    @Completes(Known.IMAGES)
    @Parameters(index = "0", paramLabel = "IMAGE")
    String image = "";

    @Override
    protected int run() {
        List<Json> layers =
                api().get("/images/" + Query.part(image) + "/history").items();
        if (quiet && format.isEmpty()) {
            layers.forEach(layer -> say(id(layer)));
            return 0;
        }
        var listing = new Listing(
                HEADERS, List.of("ID", human ? "CreatedSince" : "CreatedAt", "CreatedBy", "Size", "Comment"));
        layers.forEach(layer -> listing.add(row(layer)));
        listing.show(format, console());
        return 0;
    }

    private String id(Json layer) {
        String id = layer.at("Id").text();
        return whole || id.equals("<missing>") ? id : Cut.id(id);
    }

    private Map<String, Object> row(Json layer) {
        Instant created = Instant.ofEpochSecond(layer.at("Created").number());
        String by = layer.at("CreatedBy").text().replace('\t', ' ');
        long size = layer.at("Size").number();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ID", id(layer));
        row.put(
                "CreatedSince",
                Ages.ago(Duration.between(created, console().clock().instant())));
        row.put("CreatedAt", created.toString());
        row.put("CreatedBy", whole ? by : Cut.ellipsis(by, CREATED_BY_LENGTH));
        row.put("Size", human ? Sizes.decimal((double) size) : String.valueOf(size));
        row.put("Comment", layer.at("Comment").text());
        return row;
    }
}
