package io.bulkhead.cli.system;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Sizes;
import io.bulkhead.cli.verb.Confirm;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "prune", description = "Remove unused data")
public final class PruneVerb extends Verb {

    @Option(
            names = {"-a", "--all"},
            description = "Remove all unused images not just dangling ones")
    boolean all;

    @Option(names = "--filter", paramLabel = "NAME=VALUE", description = "Provide filter values (e.g. label=NAME)")
    List<String> filters = new ArrayList<>();

    @Option(
            names = {"-f", "--force"},
            description = "Do not prompt for confirmation")
    boolean force;

    @Option(names = "--volumes", description = "Prune anonymous volumes")
    boolean volumes;

    private double reclaimed;

    @Override
    protected int run() {
        if (!force && !Confirm.asked(console(), warning())) {
            return 0;
        }
        part("/containers/prune", filters, "Deleted Containers:", "ContainersDeleted");
        part("/networks/prune", filters, "Deleted Networks:", "NetworksDeleted");
        if (volumes) {
            part("/volumes/prune", filters, "Deleted Volumes:", "VolumesDeleted");
        }
        List<String> conditions = new ArrayList<>(filters);
        conditions.add("dangling=" + !all);
        part("/images/prune", conditions, "Deleted Images:", "ImagesDeleted");
        say("Total reclaimed space: " + Sizes.decimal(reclaimed));
        return 0;
    }

    private String warning() {
        return "This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n"
                + (volumes ? "  - all anonymous volumes not used by at least one container\n" : "")
                + (all
                        ? "  - all images without at least one container associated to them\n"
                        : "  - all dangling images\n");
    }

    private void part(String path, List<String> conditions, String title, String field) {
        Json pruned = api().post(Query.of(path).withFilters(conditions).toString());
        reclaimed += pruned.at("SpaceReclaimed").decimal();
        List<Json> deleted = pruned.at(field).items();
        if (deleted.isEmpty()) {
            return;
        }
        say(title);
        deleted.forEach(item -> say(text(item)));
        say("");
    }

    private static String text(Json item) {
        if (item.at("Untagged").exists()) {
            return "untagged: " + item.at("Untagged").text();
        }
        return item.at("Deleted").exists() ? "deleted: " + item.at("Deleted").text() : item.text();
    }
}
