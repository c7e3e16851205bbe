package io.bulkhead.cli.system;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.text.Moments;
import io.bulkhead.cli.verb.Verb;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "events", description = "Get real time events from the server")
public final class EventsVerb extends Verb {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX", Locale.ROOT);

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "NAME=VALUE",
            description = "Filter output based on conditions provided")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "json, or a template")
    String format = "";

    @Option(names = "--since", paramLabel = "TIME", description = "Show all events created since timestamp")
    String since = "";

    @Option(names = "--until", paramLabel = "TIME", description = "Stream events until this timestamp")
    String until = "";

    @Override
    protected int run() {
        Optional<Template> template =
                format.isEmpty() || format.equals("json") ? Optional.empty() : Optional.of(Template.parse(format));
        String path = Query.of("/events")
                .withText("since", moment(since))
                .withText("until", moment(until))
                .withFilters(filters)
                .toString();
        api().each("GET", path, Map.of(), event -> {
            say(shown(event, template));
            console().flush();
        });
        return 0;
    }

    private String moment(String text) {
        return text.isEmpty() ? "" : Moments.query(text, console().clock().instant(), zone());
    }

    private ZoneId zone() {
        return console().clock().getZone();
    }

    private String shown(Json event, Optional<Template> template) {
        if (template.isPresent()) {
            return template.get().render(event.value());
        }
        return format.equals("json") ? event.toString() : line(event);
    }

    private String line(Json event) {
        long nanos = event.at("timeNano").number();
        Instant time = nanos > 0
                ? Instant.ofEpochSecond(0, nanos)
                : Instant.ofEpochSecond(event.at("time").number());
        String attributes = new TreeMap<>(event.at("Actor", "Attributes").fields())
                .entrySet().stream()
                        .map(attribute ->
                                attribute.getKey() + "=" + attribute.getValue().text())
                        .collect(Collectors.joining(", "));
        return TIME.format(time.atZone(zone())) + " " + event.at("Type").text() + " "
                + event.at("Action").text() + " " + event.at("Actor", "ID").text()
                + (attributes.isEmpty() ? "" : " (" + attributes + ")");
    }
}
