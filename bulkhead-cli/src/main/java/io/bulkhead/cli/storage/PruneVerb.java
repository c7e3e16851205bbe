package io.bulkhead.cli.storage;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Sizes;
import io.bulkhead.cli.verb.Confirm;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "prune", description = "Remove unused local volumes")
public final class PruneVerb extends Verb {

    @Option(
            names = {"-a", "--all"},
            description = "Remove all unused volumes, not just anonymous ones")
    boolean all;

    @Option(names = "--filter", paramLabel = "NAME=VALUE", description = "Provide filter values (e.g. label=NAME)")
    List<String> filters = new ArrayList<>();

    @Option(
            names = {"-f", "--force"},
            description = "Do not prompt for confirmation")
    boolean force;

    @Override
    protected int run() {
        String which = all ? "all local volumes" : "anonymous local volumes";
        if (!force && !Confirm.asked(console(), "This will remove " + which + " not used by at least one container.")) {
            return 0;
        }
        List<String> conditions = new ArrayList<>(filters);
        if (all) {
            conditions.add("all=true");
        }
        Json pruned =
                api().post(Query.of("/volumes/prune").withFilters(conditions).toString());
        List<Json> deleted = pruned.at("VolumesDeleted").items();
        if (!deleted.isEmpty()) {
            say("Deleted Volumes:");
            deleted.forEach(name -> say(name.text()));
            say("");
        }
        say("Total reclaimed space: "
                + Sizes.decimal(pruned.at("SpaceReclaimed").decimal()));
        return 0;
    }
}
