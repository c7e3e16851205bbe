package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Sizes;
import io.bulkhead.cli.verb.Confirm;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "prune", description = "Remove all stopped containers")
public final class PruneVerb extends Verb {

    @Option(names = "--filter", paramLabel = "NAME=VALUE", description = "Provide filter values (e.g. until=TIME)")
    List<String> filters = new ArrayList<>();

    @Option(
            names = {"-f", "--force"},
            description = "Do not prompt for confirmation")
    boolean force;

    @Override
    protected int run() {
        if (!force && !Confirm.asked(console(), "This will remove all stopped containers.")) {
            return 0;
        }
        Json pruned =
                api().post(Query.of("/containers/prune").withFilters(filters).toString());
        List<Json> deleted = pruned.at("ContainersDeleted").items();
        if (!deleted.isEmpty()) {
            say("Deleted Containers:");
            deleted.forEach(id -> say(id.text()));
            say("");
        }
        say("Total reclaimed space: "
                + Sizes.decimal(pruned.at("SpaceReclaimed").decimal()));
        return 0;
    }
}
