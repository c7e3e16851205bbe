package io.bulkhead.cli.userns;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = "Tell whose id of the host is in which container, or who a container's user is on the host")
public final class ExplainVerb extends Verb {

    @Option(names = "--gid", description = "The number is a group's")
    boolean group;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Parameters(
            index = "0",
            paramLabel = "ID|CONTAINER[:USER[:GROUP]]",
            description = "An id of the host, such as ps and ls -n show it; or a container and a user of it, root "
                    + "without one")
    String asked = "";

    @Override
    protected int run() {
        if (!List.of("text", "json").contains(format)) {
            throw new IllegalArgumentException("--format: it is text or json");
        }
        return asked.matches("[0-9]{1,10}") ? host() : container();
    }

    private int host() {
        Json owners = api().get(Query.of(MapsVerb.PATH + "/host/" + asked)
                .with("kind", group ? "gid" : "uid")
                .toString());
        if (format.equals("json")) {
            say(owners.toString());
            return 0;
        }
        String id = (group ? "gid " : "uid ") + asked + " of the host";
        if (owners.items().isEmpty()) {
            say(id + " is nobody in any container");
        }
        for (Json owner : owners.items()) {
            String name = owner.at("InsideName").text();
            say(id + " is " + owner.at("Inside").text() + (name.isEmpty() ? "" : " (" + name + ")") + " in "
                    + owner.at("Name").text() + " (" + owner.at("State").text() + ", --userns="
                    + owner.at("Mode").text() + ")");
        }
        return 0;
    }

    private int container() {
        int colon = asked.indexOf(':');
        Query query =
                Query.of(MapsVerb.PATH + "/containers/" + Query.part(colon < 0 ? asked : asked.substring(0, colon)));
        Json found = api().get((colon < 0 ? query : query.with("user", asked.substring(colon + 1))).toString());
        if (format.equals("json")) {
            say(found.toString());
            return 0;
        }
        say("uid " + found.at("Uid").text() + ", gid " + found.at("Gid").text() + " in "
                + found.at("Name").text() + " are uid " + found.at("HostUid").text() + ", gid "
                + found.at("HostGid").text() + " on the host");
        return 0;
    }
}
