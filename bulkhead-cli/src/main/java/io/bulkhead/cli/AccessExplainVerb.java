package io.bulkhead.cli;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.container.CreateVerb;
import io.bulkhead.cli.container.CreationVerb;
import io.bulkhead.cli.container.RunVerb;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What a `run` or `create` would ask for. It is here, and not with the other verbs, since it reads another's options.
@Command(
        name = "explain",
        description = "Tell which privileges a command would ask for, and which line of a role grants each: bulkhead "
                + "access explain -- run [OPTIONS] IMAGE ...",
        footer = "Nothing is made. Ends with 0 if it would be allowed, with 1 if not. Asking about somebody else takes "
                + "access.read.")
final class AccessExplainVerb extends Verb {

    @Option(names = "--as", paramLabel = "SUBJECT", description = "Somebody else, for example user:alice or cert:CN=ci")
    String as = "";

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Parameters(index = "0..*", paramLabel = "-- run [OPTIONS] IMAGE [COMMAND...]")
    List<String> words = new ArrayList<>();

    @Override
    public boolean takesCommand() {
        return true;
    }

    @Override
    protected int run() {
        String name = words.isEmpty() ? "" : words.getFirst();
        CreationVerb verb = switch (name) {
            case "run" -> new RunVerb();
            case "create" -> new CreateVerb();
            default ->
                throw new Failure(
                        Main.BAD_OPTION,
                        "what is explained is a command that makes a container: bulkhead access explain -- run "
                                + "[OPTIONS] IMAGE [COMMAND...] (or create)");
        };
        String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
        if (Parsing.parse(verb, name, arguments, console()) == Parsing.Outcome.HELPED) {
            return 0;
        }
        String path = Query.of("/bulkhead/v1/access/explain")
                .withText("name", verb.name())
                .withText("platform", verb.platform())
                .withText("as", as)
                .toString();
        Json answer = api().post(path, verb.body(console()));
        say(format, answer, () -> show(answer));
        return allowed(answer) ? 0 : 1;
    }

    private static boolean allowed(Json answer) {
        return answer.at("Allowed").flag()
                && answer.at("Reaches").items().stream()
                        .allMatch(reach -> reach.at("Allowed").flag());
    }

    private void show(Json answer) {
        say(answer.at("Caller").text() + ", with the roles "
                + answer.at("Roles").items().stream().map(Json::text).toList());
        decision("making it from " + answer.at("Image").text(), answer);
        privileges(answer);
        for (Json reach : answer.at("Reaches").items()) {
            decision("reaching into " + reach.at("Container").text(), reach);
            privileges(reach);
        }
    }

    private void decision(String what, Json answer) {
        boolean allowed = answer.at("Allowed").flag();
        say((allowed ? "allowed: " : "REFUSED: ") + what + ": "
                + answer.at("Rule").text());
        if (!allowed) {
            say("  to lift it: " + answer.at("Remedy").text());
        }
    }

    private void privileges(Json answer) {
        if (answer.at("Privileges").items().isEmpty()) {
            say("  no privilege is asked for");
        }
        for (Json privilege : answer.at("Privileges").items()) {
            String by = privilege.at("GrantedBy").text();
            say("  " + privilege.at("Privilege").text() + (by.isEmpty() ? ": no line grants it" : ": " + by));
        }
    }
}
