package io.bulkhead.cli.container;

import picocli.CommandLine.Command;

@Command(name = "create", description = "Create a new container")
public final class CreateVerb extends CreationVerb {

    @Override
    protected int run() {
        say(new NewContainer(api(), console(), options, image, command).create(false));
        return 0;
    }
}
