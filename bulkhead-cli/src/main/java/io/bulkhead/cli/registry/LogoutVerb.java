package io.bulkhead.cli.registry;

import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "logout", description = "Log out from a registry")
public final class LogoutVerb extends Verb {

    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVER", description = "Docker Hub when none is given")
    String address = "";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        String server = Server.of(address);
        say("Removing login credentials for " + server);
        new Logins(console().environment()).forget(server);
        return 0;
    }
}
