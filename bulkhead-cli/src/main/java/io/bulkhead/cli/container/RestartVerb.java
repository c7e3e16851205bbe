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

@Command(name = "restart", description = "Restart one or more containers")
public final class RestartVerb extends Verb {

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            description = "Signal to send to the container")
    String signal = "";

    @Option(
            names = {"-t", "--time", "--timeout"},
            paramLabel = "SECONDS",
            description = "Seconds to wait before killing the container")
    String seconds = "";

    @Completes(Known.CONTAINERS)
    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    List<String> containers = new ArrayList<>();

    @Override
    protected int run() {
        return each(containers, name -> {
            api().post(Query.of(Paths.of(name, "/restart"))
                    .withText("signal", signal)
                    .withText("t", seconds)
                    .toString());
            say(name);
        });
    }
}
