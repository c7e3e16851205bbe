package io.bulkhead.cli.policy;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show what a system call policy allows; without an argument, the default")
public final class ShowVerb extends Verb {

    private static final int NARROWEST = 22;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "text, json, docker or oci (the profile), bpf or pseudo (the filter that libseccomp makes)")
    String format = "text";

    @Mixin
    PolicyOptions options = new PolicyOptions();

    @Completes(Known.CONTAINERS)
    @Parameters(index = "0", arity = "0..1", paramLabel = "POLICY", description = PolicyWord.DESCRIPTION)
    String policy = "";

    private final Columns lines = new Columns(NARROWEST);

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        if (!List.of("text", "json", "docker", "oci", "bpf", "pseudo").contains(format)) {
            throw new Failure("--format " + format + ": it is text, json, docker, oci, bpf or pseudo");
        }
        if (format.equals("bpf") && Tty.is(1)) {
            throw new Failure("--format bpf is no text: send it to a file");
        }
        boolean report = format.equals("text") || format.equals("json");
        Json answer = api().post(
                        "/bulkhead/v1/seccomp/show",
                        Map.of("Policy", PolicyWord.body(policy, options), "Format", report ? "" : format));
        switch (format) {
            case "json" -> say(answer.toString());
            case "text" -> show(answer);
            case "bpf" -> {
                byte[] program = Base64.getDecoder().decode(answer.at("Bytes").text());
                console().out().write(program, 0, program.length);
            }
            default -> say(answer.at("Text").text());
        }
        return 0;
    }

    private void show(Json report) {
        if (report.at("Base").text().equals("unconfined")) {
            say(report.at("Name").text() + ": unconfined, every system call reaches the kernel");
            return;
        }
        line("policy", report.at("Name").text() + ", base " + report.at("Base").text());
        if (!report.at("Enforced").flag()) {
            line("canary", "what is refused below runs all the same, and is recorded");
        }
        each("rules", report.at("Rules").items().stream().map(Json::text).toList());
        line("capabilities", words(report.at("Capabilities")));
        line(
                "any other call",
                (report.at("Default").text() + " " + report.at("DefaultErrno").text()).strip());
        each(
                "allowed",
                report.at("Tables").items().stream().map(ShowVerb::table).toList());
        each(
                "limited by arguments",
                report.at("Limited").items().stream().map(ShowVerb::limited).toList());
        report.at("OpenedByCapabilities")
                .fields()
                .forEach((capability, calls) -> line("opened by " + capability, words(calls)));
        report.at("Groups").items().forEach(group -> line(group.at("Group").text(), group(group)));
        line("in no group", words(report.at("Ungrouped")));
        lines.lines().forEach(this::say);
    }

    private void line(String name, String value) {
        lines.add(List.of(name + ":", value.isEmpty() ? "none" : value));
    }

    private void each(String name, List<String> values) {
        line(name, values.isEmpty() ? "" : values.getFirst());
        values.stream().skip(1).forEach(value -> lines.add(List.of("", value)));
    }

    private static String words(Json list) {
        return list.items().stream().map(Json::text).collect(Collectors.joining(" "));
    }

    private static String table(Json table) {
        String name = table.at("Table").text();
        return table.at("Open").flag()
                ? name + " " + table.at("Allowed").text() + " of "
                        + table.at("Known").text() + " calls"
                : name + " 0, the table is closed: a call ends the process";
    }

    private static String limited(Json call) {
        return Cases.of(call.at("Cases")).stream()
                .map(each -> each.when() + " " + each.verdict())
                .collect(Collectors.joining("; "));
    }

    /// The shorter of what the group has and what it has not.
    private static String group(Json group) {
        List<Json> allowed = group.at("Allowed").items();
        List<Json> refused = group.at("Refused").items();
        int all = allowed.size() + refused.size();
        if (all == 0) {
            return "no call of this machine's";
        }
        if (allowed.isEmpty() || refused.isEmpty()) {
            return (allowed.isEmpty() ? "none of " : "all of ") + all;
        }
        return allowed.size() + " of " + all
                + (allowed.size() < refused.size()
                        ? ", only " + words(group.at("Allowed"))
                        : ", without " + words(group.at("Refused")));
    }
}
