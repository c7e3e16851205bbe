package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "top", description = "Display the running processes of a container")
public final class TopVerb extends Verb {

    /// Docker's for this verb alone.
    private static final int NARROWEST = 20;

    @Completes(Known.LIVE)
    @Parameters(index = "0", paramLabel = "CONTAINER")
    String container = "";

    @Parameters(index = "1..*", paramLabel = "PS_OPTIONS")
    List<String> options = new ArrayList<>();

    @Override
    public boolean takesCommand() {
        return true;
    }

    @Override
    protected int run() {
        Json processes = api().get(Query.of(Paths.of(container, "/top"))
                .withText("ps_args", String.join(" ", options))
                .toString());
        var columns = new Columns(NARROWEST);
        columns.add(texts(processes.at("Titles")));
        processes.at("Processes").items().forEach(process -> columns.add(texts(process)));
        columns.lines().forEach(this::say);
        return 0;
    }

    private static List<String> texts(Json list) {
        return list.items().stream().map(Json::text).toList();
    }
}
