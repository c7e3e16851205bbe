package io.bulkhead.cli.container;

import io.bulkhead.cli.create.CreateBody;
import io.bulkhead.cli.create.CreateOptions;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// A verb that makes a container.
public abstract class CreationVerb extends Verb {

    @Mixin
    CreateOptions options = new CreateOptions();

    @Completes(Known.IMAGES)
    @Parameters(index = "0", paramLabel = "IMAGE")
    String image = "";

    @Parameters(index = "1..*", paramLabel = "COMMAND")
    List<String> command = new ArrayList<>();

    @Override
    public final boolean takesCommand() {
        return true;
    }

    /// Of the container; empty for one that the daemon makes up.
    public final String name() {
        return options.name();
    }

    public final String platform() {
        return options.platform();
    }

    /// What it asks the daemon for.
    public final Map<String, Object> body(Console console) {
        return CreateBody.of(options, image, command, false, console);
    }
}
