package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rm", description = "Remove one or more containers")
public final class RemoveVerb extends Verb {

    @Option(
            names = {"-f", "--force"},
            description = "Force the removal of a running container (uses SIGKILL)")
    boolean force;

    @Option(
            names = {"-v", "--volumes"},
            description = "Remove anonymous volumes associated with the container")
    boolean volumes;

    @Option(
            names = {"-l", "--link"},
            description = "Remove the specified link")
    boolean link;

    @Completes(Known.CONTAINERS)
    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    List<String> containers = new ArrayList<>();

    @Override
    protected int run() {
        return each(containers, name -> {
            api().delete(Query.of(Paths.of(name, ""))
                    .withFlag("v", volumes)
                    .withFlag("link", link)
                    .withFlag("force", force)
                    .toString());
            say(name);
        });
    }
}
