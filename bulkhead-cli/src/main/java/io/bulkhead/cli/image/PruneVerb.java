package io.bulkhead.cli.image;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Sizes;
import io.bulkhead.cli.verb.Confirm;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "prune", description = "Remove unused images")
public final class PruneVerb extends Verb {

    @Option(
            names = {"-a", "--all"},
            description = "Remove all unused images, not just dangling ones")
    boolean all;

    @Option(names = "--filter", paramLabel = "NAME=VALUE", description = "Provide filter values (e.g. until=TIME)")
    List<String> filters = new ArrayList<>();

    @Option(
            names = {"-f", "--force"},
            description = "Do not prompt for confirmation")
    boolean force;

    @Override
    protected int run() {
        String warning = all
                ? "This will remove all images without at least one container associated to them."
                : "This will remove all dangling images.";
        if (!force && !Confirm.asked(console(), warning)) {
            return 0;
        }
        List<String> conditions = new ArrayList<>(filters);
        conditions.add("dangling=" + !all);
        Json pruned =
                api().post(Query.of("/images/prune").withFilters(conditions).toString());
        List<Json> deleted = pruned.at("ImagesDeleted").items();
        if (!deleted.isEmpty()) {
            say("Deleted Images:");
            deleted.forEach(item -> say(
                    item.at("Untagged").exists()
                            ? "untagged: " + item.at("Untagged").text()
                            : "deleted: " + item.at("Deleted").text()));
            say("");
        }
        say("Total reclaimed space: "
                + Sizes.decimal(pruned.at("SpaceReclaimed").decimal()));
        return 0;
    }
}
