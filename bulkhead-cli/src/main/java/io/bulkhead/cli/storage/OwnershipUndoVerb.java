package io.bulkhead.cli.storage;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "undo",
        description = "Give the files of a change back to whom they belonged; set-id bits do not come back")
public final class OwnershipUndoVerb extends Verb {

    @Parameters(arity = "1..*", paramLabel = "ID")
    List<String> ids = new ArrayList<>();

    @Override
    protected int run() {
        return each(ids, id -> {
            Json outcome = api().post(OwnershipListVerb.PATH + "/" + Query.part(id) + "/undo");
            say(id + ": " + outcome.at("Changed").number() + " files given back" + OwnershipListVerb.left(outcome));
        });
    }
}
