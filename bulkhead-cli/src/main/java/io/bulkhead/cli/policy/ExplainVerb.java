package io.bulkhead.cli.policy;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = "Explain what a policy does with a system call, which rule decides, and what would change it")
public final class ExplainVerb extends Verb {

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "text or json")
    String format = "text";

    @Option(
            names = "--arch",
            paramLabel = "TABLE",
            description = "Another table than the machine's own: i386, x32, arm")
    String architecture = "";

    @Mixin
    PolicyOptions options = new PolicyOptions();

    @Completes(Known.CONTAINERS)
    @Parameters(index = "0", paramLabel = "POLICY", description = PolicyWord.DESCRIPTION)
    String policy = "";

    @Parameters(index = "1", paramLabel = "CALL")
    String call = "";

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "ARG",
            description = "The call's first arguments, as numbers or names: AF_VSOCK SOCK_STREAM")
    List<String> arguments = new ArrayList<>();

    @Override
    protected int run() {
        if (!List.of("text", "json").contains(format)) {
            throw new Failure("--format " + format + ": it is text or json");
        }
        Json answer = api().post(
                        "/bulkhead/v1/seccomp/explain",
                        Map.of(
                                "Policy", PolicyWord.body(policy, options),
                                "Call", call,
                                "Arguments", arguments,
                                "Architecture", architecture));
        if (format.equals("json")) {
            say(answer.toString());
        } else {
            show(answer);
        }
        return 0;
    }

    private void show(Json answer) {
        say(answer.at("Call").text() + " (" + answer.at("Table").text() + " "
                + answer.at("Number").text() + "), " + answer.at("Name").text());
        for (Cases each : Cases.of(answer.at("Cases"))) {
            say("  " + each.when() + ": " + each.verdict());
            say("    rule:       " + each.rule());
            say("    changed by: " + each.change());
        }
        List<Json> others = answer.at("OtherTables").items();
        if (!others.isEmpty()) {
            say("  also a call of " + others.stream().map(Json::text).collect(Collectors.joining(", "))
                    + ": see --arch");
        }
    }
}
