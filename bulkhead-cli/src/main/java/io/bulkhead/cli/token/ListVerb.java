package io.bulkhead.cli.token;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "List bearer tokens; never the tokens themselves")
public final class ListVerb extends Verb {

    static final String PATH = "/bulkhead/v1/tokens";

    @Option(
            names = {"-a", "--all"},
            description = "Also those that were revoked or have expired in the last 90 days")
    boolean all;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        Json tokens = api().get(Query.of(PATH).withFlag("all", all).toString());
        say(format, tokens, () -> show(tokens));
        return 0;
    }

    private void show(Json tokens) {
        var columns = new Columns();
        columns.add(List.of("NAME", "ID", "ROLE", "CREATED", "BY", "EXPIRES", "LAST USED"));
        tokens.items()
                .forEach(token -> columns.add(List.of(
                        token.at("Name").text(),
                        token.at("Id").text(),
                        token.at("Role").text(),
                        token.at("Created").text(),
                        token.at("Creator").text(),
                        end(token),
                        orElse(token.at("LastUsed").text(), "never"))));
        columns.lines().forEach(this::say);
    }

    private static String end(Json token) {
        String revoked = token.at("Revoked").text();
        return revoked.isEmpty() ? orElse(token.at("Expires").text(), "never") : "revoked " + revoked;
    }

    private static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
