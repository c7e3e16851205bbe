package io.bulkhead.cli.image;

import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rmi", description = "Remove one or more images")
public final class RemoveVerb extends Verb {

    @Option(
            names = {"-f", "--force"},
            description = "Force removal of the image")
    boolean force;

    @Option(names = "--no-prune", description = "Do not delete untagged parents")
    boolean keepParents;

    @Completes(Known.IMAGES)
    @Parameters(arity = "1..*", paramLabel = "IMAGE")
    List<String> images = new ArrayList<>();

    @Override
    protected int run() {
        return each(images, this::remove);
    }

    private void remove(String image) {
        try {
            Json removed = api().delete(Query.of("/images/" + Query.part(image))
                    .withFlag("force", force)
                    .withFlag("noprune", keepParents)
                    .toString());
            removed.items().forEach(this::tell);
        } catch (ApiException refusal) {
            // Forced, what is not there counts as removed.
            if (!force || refusal.status() != 404) {
                throw refusal;
            }
        }
    }

    private void tell(Json item) {
        say(
                item.at("Deleted").exists()
                        ? "Deleted: " + item.at("Deleted").text()
                        : "Untagged: " + item.at("Untagged").text());
    }
}
