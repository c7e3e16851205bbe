package io.bulkhead.cli.storage;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "List the changes of owners that the mount option U made and that can be undone")
public final class OwnershipListVerb extends Verb {

    static final String PATH = "/bulkhead/v1/ownership";

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        Json changes = api().get(PATH);
        say(format, changes, () -> changes.items().forEach(this::show));
        return 0;
    }

    private void show(Json change) {
        say(change.at("Id").text() + " " + change.at("State").text() + " "
                + change.at("Path").text() + ": "
                + change.at("Changed").number() + " files to "
                + change.at("Owner").text() + " for "
                + change.at("Container").text() + ", " + change.at("Begun").text() + left(change));
    }

    static String left(Json outcome) {
        long left = outcome.at("LeftCount").number();
        return left == 0 ? "" : ", " + left + " left as they are";
    }
}
