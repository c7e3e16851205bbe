package io.bulkhead.cli.container;

import io.bulkhead.cli.create.CreateOptions;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "create", description = "Create a new container")
public final class CreateVerb extends Verb {

    @Mixin
    CreateOptions options = new CreateOptions();

    @Completes(Known.IMAGES)
    @Parameters(index = "0", paramLabel = "IMAGE")
    String image = "";

    @Parameters(index = "1..*", paramLabel = "COMMAND")
    List<String> command = new ArrayList<>();

    @Override
    public boolean takesCommand() {
        return true;
    }

    @Override
    protected int run() {
        say(new NewContainer(api(), console(), options, image, command).create(false));
        return 0;
    }
}
