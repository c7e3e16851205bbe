package io.bulkhead.cli.access;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "roles", description = "Show one's own roles, or with --all every role and who has it")
public final class RolesVerb extends Verb {

    @Option(
            names = {"-a", "--all"},
            description = "Every role; takes access.read")
    boolean all;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        Json answer = api().get(CanIVerb.PATH + (all ? "/roles" : "/self"));
        say(format, answer, () -> show(answer));
        return 0;
    }

    private void show(Json answer) {
        if (all) {
            say("file: " + answer.at("File").text()
                    + (answer.at("Exists").flag()
                            ? ""
                            : " (there is none: root administers, nobody else may do anything)"));
            String problem = answer.at("Problem").text();
            if (!problem.isEmpty()) {
                say("NOT IN FORCE as it is now: " + problem);
            }
            answer.at("Warnings").items().forEach(warning -> say("warning: " + warning.text()));
        } else {
            say("caller: " + answer.at("Caller").text());
        }
        say("mode: " + answer.at("Mode").text());
        answer.at("Roles").items().forEach(this::role);
    }

    private void role(Json role) {
        List<Json> bound = role.at("BoundTo").items();
        say("");
        say(role.at("Name").text()
                + (bound.isEmpty()
                        ? ""
                        : ", bound to " + bound.stream().map(Json::text).collect(Collectors.joining(", "))));
        for (Json line : role.at("Lines").items()) {
            String place = line.at("Line").number() == 0
                    ? "built in"
                    : "line " + line.at("Line").text();
            say("  " + line.at("Text").text() + "  (" + place + ")");
        }
    }
}
