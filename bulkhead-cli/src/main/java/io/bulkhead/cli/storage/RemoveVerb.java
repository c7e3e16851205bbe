package io.bulkhead.cli.storage;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rm", description = "Remove one or more volumes that no container uses")
public final class RemoveVerb extends Verb {

    @Option(
            names = {"-f", "--force"},
            description = "Force the removal of one or more volumes")
    boolean force;

    @Completes(Known.VOLUMES)
    @Parameters(arity = "1..*", paramLabel = "VOLUME")
    List<String> volumes = new ArrayList<>();

    @Override
    protected int run() {
        return each(volumes, name -> {
            api().delete(Query.of("/volumes/" + Query.part(name))
                    .withFlag("force", force)
                    .toString());
            say(name);
        });
    }
}
