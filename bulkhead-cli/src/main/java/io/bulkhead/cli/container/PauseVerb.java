package io.bulkhead.cli.container;

import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "pause", description = "Pause all processes within one or more containers")
public final class PauseVerb extends Verb {

    @Completes(Known.RUNNING)
    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    List<String> containers = new ArrayList<>();

    @Override
    protected int run() {
        return each(containers, name -> {
            api().post(Paths.of(name, "/pause"));
            say(name);
        });
    }
}
