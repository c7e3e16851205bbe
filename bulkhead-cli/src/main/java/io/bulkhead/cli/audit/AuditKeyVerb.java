package io.bulkhead.cli.audit;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "key",
        description = "Show the public key that checkpoints of the record are signed with; kept elsewhere, it proves "
                + "later that a record is this engine's")
public final class AuditKeyVerb extends Verb {

    @Option(names = "--format", paramLabel = "FORMAT", description = "text (PEM) or json")
    String format = "text";

    @Override
    protected int run() {
        Json key = api().get("/bulkhead/v1/audit/key");
        say(format, key, () -> say(key.at("Public").text().stripTrailing()));
        return 0;
    }
}
