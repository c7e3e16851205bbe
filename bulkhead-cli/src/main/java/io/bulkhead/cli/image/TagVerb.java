package io.bulkhead.cli.image;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "tag", description = "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE")
public final class TagVerb extends Verb {

    @Completes(Known.IMAGES)
    @Parameters(index = "0", paramLabel = "SOURCE_IMAGE[:TAG]")
    String source = "";

    @Parameters(index = "1", paramLabel = "TARGET_IMAGE[:TAG]")
    String target = "";

    @Override
    protected int run() {
        String[] parts = Pull.split(target);
        api().post(Query.of("/images/" + Query.part(source) + "/tag")
                .with("repo", parts[0])
                .with("tag", parts[1])
                .toString());
        return 0;
    }
}
