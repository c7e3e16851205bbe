package io.bulkhead.cli.system;

import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "login", description = "Authenticate to a registry (not there yet)")
public final class LoginVerb extends Verb {

    @Parameters(arity = "0..*", hidden = true)
    List<String> ignored = new ArrayList<>();

    @Override
    protected int run() {
        throw new Failure("login is not there yet: `pull` uses what `docker login` wrote into ~/.docker/config.json");
    }
}
