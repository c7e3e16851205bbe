package io.bulkhead.cli.access;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "suggest",
        description = "Write the smallest role that allows what somebody is on the record with",
        footer =
                "What was refused is left out; with `mode: dry-run` in roles.yaml what would have been refused is not. "
                        + "Read it before it is used: the record has what was done, not whether it should be. Takes audit.read.")
public final class SuggestVerb extends Verb {

    @Parameters(
            index = "0",
            paramLabel = "CALLER",
            description = "As the record has callers: unix:1001, cert:ci, token:deploy")
    String caller = "";

    @Option(names = "--since", paramLabel = "TIME", description = "From then on, for example 24h or 2026-11-01")
    String since = "";

    @Option(names = "--until", paramLabel = "TIME", description = "Until then")
    String until = "";

    @Option(names = "--name", paramLabel = "ROLE", description = "What the role is called")
    String name = "suggested";

    @Override
    protected int run() {
        var role = new SuggestedRole();
        String path = Query.of("/bulkhead/v1/audit")
                .with("tail", "all")
                .with("who", caller)
                .withText("since", since)
                .withText("until", until)
                .toString();
        String subject = subject();
        api().each("GET", path, Map.of(), role::add);
        if (role.calls() == 0) {
            throw new Failure(1, "nothing that was allowed is on the record of " + caller);
        }
        say("# what " + caller + " is on the record with, " + role.calls() + " calls");
        say(role.yaml(name, subject).stripTrailing());
        return 0;
    }

    /// As a binding has it.
    private String subject() {
        int colon = caller.indexOf(':');
        String rest = caller.substring(colon + 1);
        return switch (colon < 0 ? "" : caller.substring(0, colon)) {
            case "unix" -> "uid:" + rest;
            case "cert" -> "cert:CN=" + rest;
            case "token" -> "token:" + rest;
            default ->
                throw new Failure(
                        1, "`" + caller + "` is no caller as the record has them: unix:1001, cert:ci, token:deploy");
        };
    }
}
