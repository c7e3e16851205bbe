package io.bulkhead.cli.audit;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Verb;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "show", description = "Show the record, all of it or the lines that match")
public final class AuditShowVerb extends Verb {

    @Mixin
    RecordChoice choice = new RecordChoice();

    @Option(names = "--refused", description = "As --decision refused")
    boolean refused;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, json or a template such as '{{.operation}}'")
    String format = "text";

    @Override
    protected int run() {
        var shape = new RecordShape(format);
        if (refused) {
            choice.decision = "refused";
        }
        Query query = choice.addTo(Query.of("/bulkhead/v1/audit").with("tail", "all"), console());
        api().each("GET", query.toString(), Map.of(), line -> say(shape.text(line)));
        return 0;
    }
}
