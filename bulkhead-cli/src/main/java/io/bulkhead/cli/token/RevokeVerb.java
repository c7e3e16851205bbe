package io.bulkhead.cli.token;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "revoke", description = "Take tokens back; they are refused from the next request on")
public final class RevokeVerb extends Verb {

    @Parameters(arity = "1..*", paramLabel = "NAME|ID", description = "Live tokens")
    List<String> tokens = List.of();

    @Override
    protected int run() {
        return each(tokens, token -> {
            var _ = api().delete(ListVerb.PATH + "/" + Query.part(token));
            say(token);
        });
    }
}
