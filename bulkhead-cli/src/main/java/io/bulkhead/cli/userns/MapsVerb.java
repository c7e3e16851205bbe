package io.bulkhead.cli.userns;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.text.Cut;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "List the containers with the ids of the host that each has")
public final class MapsVerb extends Verb {

    static final String PATH = "/bulkhead/v1/userns";

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "text, json, or a template such as '{{.Name}} {{.Mode}} {{.UidMap}}'")
    String format = "text";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        Json containers = api().get(PATH);
        switch (format) {
            case "json" -> say(containers.toString());
            case "text" -> show(containers.items());
            default -> {
                Template template = Template.parse(format);
                containers.items().forEach(container -> say(template.render(container.value())));
            }
        }
        return 0;
    }

    private void show(List<Json> containers) {
        var columns = new Columns();
        columns.add(List.of("CONTAINER ID", "NAME", "STATE", "MODE", "USERS", "GROUPS"));
        for (Json container : containers) {
            String users = lines(container.at("UidMap"));
            String groups = lines(container.at("GidMap"));
            columns.add(List.of(
                    Cut.id(container.at("Id").text()),
                    container.at("Name").text(),
                    container.at("State").text(),
                    container.at("Mode").text(),
                    users,
                    groups.equals(users) ? "the same" : groups));
        }
        columns.lines().forEach(this::say);
    }

    /// `0-65535 are 1000000000-1000065535`, for each line of the map.
    private static String lines(Json map) {
        return map.items().isEmpty()
                ? "the host's own"
                : map.items().stream().map(line -> line(line.text())).collect(Collectors.joining(", "));
    }

    private static String line(String text) {
        List<Long> numbers =
                List.of(text.split(" ", -1)).stream().map(Long::parseLong).toList();
        return span(numbers.get(0), numbers.get(2)) + " are " + span(numbers.get(1), numbers.get(2));
    }

    private static String span(long first, long count) {
        return count == 1 ? "" + first : first + "-" + (first + count - 1);
    }
}
