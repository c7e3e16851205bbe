package io.bulkhead.cli.audit;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Verb;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "tail", description = "Show the last lines of the record, and follow it")
public final class AuditTailVerb extends Verb {

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "NUMBER",
            description = "How many of the last lines to choose from (20)")
    int lines = 20;

    @Option(
            names = {"-f", "--follow"},
            description = "Wait for more")
    boolean follow;

    @Mixin
    RecordChoice choice = new RecordChoice();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, json or a template such as '{{.operation}}'")
    String format = "text";

    @Override
    protected int run() {
        var shape = new RecordShape(format);
        Query query = Query.of("/bulkhead/v1/audit")
                .with("tail", String.valueOf(lines))
                .withFlag("follow", follow);
        api().each("GET", choice.addTo(query, console()).toString(), Map.of(), line -> {
            say(shape.text(line));
            if (follow) {
                console().flush();
            }
        });
        return 0;
    }
}
