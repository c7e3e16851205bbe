package io.bulkhead.cli.token;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "create", description = "Make a bearer token for a machine and print it, this one time")
public final class CreateVerb extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "Names it in roles.yaml (token:NAME) and on the record")
    String name = "";

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "The role it has")
    String role = "";

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "When it ends, such as 12h, 30d or 1y, or never (default: ${DEFAULT-VALUE})")
    String expires = "30d";

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    protected int run() {
        Json made = api().post(ListVerb.PATH, Map.of("Name", name, "Role", role, "Expires", expires));
        say(format, made, () -> say(made.at("Token").text()));
        if (format.equals("text")) {
            String end = made.at("Expires").text();
            console().flush();
            console()
                    .err()
                    .println("token " + made.at("Id").text() + (end.isEmpty() ? " never expires" : " expires at " + end)
                            + "; it is not shown again");
        }
        return 0;
    }
}
