package io.bulkhead.cli.userns;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "static", description = "List the ids that hosts agreed on by container name, or give some back")
public final class StaticVerb extends Verb {

    private static final String PATH = MapsVerb.PATH + "/static";

    @Option(
            names = "--forget",
            paramLabel = "CONTAINER",
            description = "Give the ids of this name back instead, for another to have; may be repeated")
    List<String> forgotten = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        if (!forgotten.isEmpty()) {
            return each(forgotten, name -> {
                api().delete(PATH + "/" + Query.part(name));
                say(name);
            });
        }
        Json agreed = api().get(PATH);
        say(format, agreed, () -> show(agreed));
        return 0;
    }

    private void show(Json agreed) {
        var columns = new Columns();
        columns.add(List.of("TENANT/CONTAINER", "FIRST ID", "IDS"));
        agreed.items()
                .forEach(each -> columns.add(List.of(
                        each.at("Name").text(),
                        each.at("First").text(),
                        each.at("Count").text())));
        columns.lines().forEach(this::say);
    }
}
