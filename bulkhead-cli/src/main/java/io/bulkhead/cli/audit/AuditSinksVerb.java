package io.bulkhead.cli.audit;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "sinks", description = "Show where copies of the record go, and whether they arrive")
public final class AuditSinksVerb extends Verb {

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    protected int run() {
        Json answer = api().get("/bulkhead/v1/audit/sinks");
        say(format, answer, () -> show(answer));
        return 0;
    }

    private void show(Json answer) {
        List<Json> sinks = answer.at("Sinks").items();
        if (sinks.isEmpty()) {
            say("no sinks are configured: the record is only in its files (audit.sinks in bulkhead.yaml)");
        }
        for (Json sink : sinks) {
            say(sink.at("Name").text() + ": " + sink.at("State").text() + ", "
                    + sink.at("Where").text());
            say("  has records up to " + sink.at("Position").text() + ", "
                    + sink.at("Behind").text() + " behind; " + sink.at("Sent").text()
                    + " sent since the daemon started");
            String problem = sink.at("Problem").text();
            if (!problem.isEmpty()) {
                say("  " + problem);
            }
            if (sink.at("Lost").number() > 0) {
                say("  will never get " + sink.at("Lost").text() + " that were removed before");
            }
        }
        if (answer.at("LostOutcomes").number() > 0) {
            say("not on the record: how " + answer.at("LostOutcomes").text() + " operations ended");
        }
    }
}
