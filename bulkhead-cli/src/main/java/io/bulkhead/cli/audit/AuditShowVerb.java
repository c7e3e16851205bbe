package io.bulkhead.cli.audit;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "show", description = "Show the record, all of it or the lines that match")
public final class AuditShowVerb extends Verb {

    /// As many as the daemon gives at once.
    private static final String ALL = "/bulkhead/v1/audit?tail=100000";

    @Option(names = "--container", paramLabel = "ID", description = "Only lines about this container (id or its start)")
    String container = "";

    @Option(names = "--caller", paramLabel = "NAME", description = "Only lines of this caller")
    String caller = "";

    @Option(names = "--operation", paramLabel = "NAME", description = "Only lines of this operation")
    String operation = "";

    @Option(names = "--refused", description = "Only what was refused")
    boolean refused;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, json or a template such as '{{.operation}}'")
    String format = "text";

    @Override
    protected int run() {
        var shape = new RecordShape(format);
        api().each("GET", ALL, Map.of(), line -> {
            if (matches(line)) {
                say(shape.text(line));
            }
        });
        return 0;
    }

    private boolean matches(Json line) {
        return line.at("container").text().startsWith(container)
                && (caller.isEmpty() || line.at("caller").text().equals(caller))
                && (operation.isEmpty() || line.at("operation").text().equals(operation))
                && (!refused || line.at("decision").text().equals("refused"));
    }
}
