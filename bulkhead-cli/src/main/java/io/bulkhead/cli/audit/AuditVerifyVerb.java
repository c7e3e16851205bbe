package io.bulkhead.cli.audit;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "verify", description = "Check that no line of the record was changed, removed or put in")
public final class AuditVerifyVerb extends Verb {

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    protected int run() {
        Json verdict = api().get("/bulkhead/v1/audit/verify");
        boolean whole = verdict.at("Whole").flag();
        if (format.equals("json")) {
            say(verdict.toString());
            return whole ? 0 : 1;
        }
        if (!whole) {
            throw new Failure(
                    "the record is not whole: " + verdict.at("Problem").text());
        }
        say("whole: " + verdict.at("Records").text() + " records, head "
                + verdict.at("Head").text());
        return 0;
    }
}
