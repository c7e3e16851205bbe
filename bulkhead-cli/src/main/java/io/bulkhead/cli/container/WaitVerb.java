package io.bulkhead.cli.container;

import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "wait", description = "Block until one or more containers stop, then print their exit codes")
public final class WaitVerb extends Verb {

    @Completes(Known.LIVE)
    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    List<String> containers = new ArrayList<>();

    @Override
    protected int run() {
        return each(containers, name -> {
            say(String.valueOf(ExitCodes.read(ExitCodes.await(api(), name, "not-running"))));
            console().flush();
        });
    }
}
