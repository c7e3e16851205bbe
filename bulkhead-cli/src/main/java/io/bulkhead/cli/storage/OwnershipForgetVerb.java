package io.bulkhead.cli.storage;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "forget", description = "Drop the record of a change: it cannot be undone any more")
public final class OwnershipForgetVerb extends Verb {

    @Parameters(arity = "1..*", paramLabel = "ID")
    List<String> ids = new ArrayList<>();

    @Override
    protected int run() {
        return each(ids, id -> {
            api().delete(OwnershipListVerb.PATH + "/" + Query.part(id));
            say(id);
        });
    }
}
