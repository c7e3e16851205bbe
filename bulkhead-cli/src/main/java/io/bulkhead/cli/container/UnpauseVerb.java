package io.bulkhead.cli.container;

import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "unpause", description = "Unpause all processes within one or more containers")
public final class UnpauseVerb extends Verb {

    @Completes(Known.PAUSED)
    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    List<String> containers = new ArrayList<>();

    @Override
    protected int run() {
        return each(containers, name -> {
            api().post(Paths.of(name, "/unpause"));
            say(name);
        });
    }
}
