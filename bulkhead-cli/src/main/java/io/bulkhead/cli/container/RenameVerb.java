package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "rename", description = "Rename a container")
public final class RenameVerb extends Verb {

    @Completes(Known.CONTAINERS)
    @Parameters(index = "0", paramLabel = "CONTAINER")
    String container = "";

    @Parameters(index = "1", paramLabel = "NEW_NAME")
    String name = "";

    @Override
    protected int run() {
        api().post(Query.of(Paths.of(container, "/rename")).with("name", name).toString());
        return 0;
    }
}
