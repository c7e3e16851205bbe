package io.bulkhead.cli.policy;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "diff", description = "Show which system calls a second policy gains and loses against a first")
public final class DiffVerb extends Verb {

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "text or json")
    String format = "text";

    @Mixin
    PolicyOptions options = new PolicyOptions();

    @Completes(Known.CONTAINERS)
    @Parameters(index = "0", paramLabel = "BEFORE", description = PolicyWord.DESCRIPTION)
    String before = "";

    @Completes(Known.CONTAINERS)
    @Parameters(index = "1", paramLabel = "AFTER", description = "likewise; the options above are for it")
    String after = "";

    @Override
    protected int run() {
        if (!List.of("text", "json").contains(format)) {
            throw new Failure("--format " + format + ": it is text or json");
        }
        Json answer = api().post(
                        "/bulkhead/v1/seccomp/diff",
                        Map.of(
                                "Before", PolicyWord.body(before, new PolicyOptions()),
                                "After", PolicyWord.body(after, options)));
        if (format.equals("json")) {
            say(answer.toString());
        } else if (answer.at("Same").flag()) {
            say("no difference: both do the same with every system call");
        } else {
            show(answer);
        }
        return 0;
    }

    private void show(Json answer) {
        answer.at("Tables").items().forEach(this::table);
        Json unknown = answer.at("UnknownCalls");
        if (!unknown.at("Before").text().equals(unknown.at("After").text())) {
            say("calls without a name");
            say("  " + unknown.at("Before").text() + " -> "
                    + unknown.at("After").text());
        }
    }

    private void table(Json table) {
        List<Json> gained = table.at("Gained").items();
        List<Json> lost = table.at("Lost").items();
        List<Json> limits = table.at("Limits").items();
        Map<String, List<String>> answers = new TreeMap<>(table.at("Answers").items().stream()
                .collect(Collectors.groupingBy(
                        each -> each.at("Before").text() + " -> "
                                + each.at("After").text(),
                        Collectors.mapping(each -> each.at("Call").text(), Collectors.toList()))));
        if (gained.isEmpty() && lost.isEmpty() && limits.isEmpty() && answers.isEmpty()) {
            return;
        }
        say(table.at("Table").text() + ": " + gained.size() + " gained, " + lost.size() + " lost, " + limits.size()
                + " with other arguments");
        gained.forEach(call -> say("  + " + call.text()));
        lost.forEach(call -> say("  - " + call.text()));
        for (Json limit : limits) {
            limit.at("Gained").items().forEach(words -> say("  + " + words.text()));
            limit.at("Lost").items().forEach(words -> say("  - " + words.text()));
        }
        answers.forEach((change, calls) -> say("  " + change + ": " + String.join(" ", calls)));
    }
}
