package io.bulkhead.cli.access;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "who-can",
        description = "List whom roles would allow something, and by which line",
        footer = "Each subject of a binding is asked about by itself: a user as if in no group. Ends with 1 if there "
                + "is nobody.")
public final class WhoCanVerb extends Verb {

    @Mixin
    QuestionOptions question = new QuestionOptions();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    protected int run() {
        Json found = api().post(CanIVerb.PATH + "/who-can", question.body());
        say(format, found, () -> show(found.items()));
        return found.items().isEmpty() ? 1 : 0;
    }

    private void show(List<Json> found) {
        var columns = new Columns();
        columns.add(List.of("SUBJECT", "BY"));
        found.forEach(each ->
                columns.add(List.of(each.at("Subject").text(), each.at("Rule").text())));
        columns.lines().forEach(this::say);
    }
}
