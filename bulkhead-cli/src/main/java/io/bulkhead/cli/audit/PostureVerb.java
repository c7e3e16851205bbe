package io.bulkhead.cli.audit;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "posture", description = "Show how a running container is held, as the kernel tells it")
public final class PostureVerb extends Verb {

    private static final int NARROWEST = 22;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "text, json or a template")
    String format = "text";

    @Completes(Known.LIVE)
    @Parameters(index = "0", paramLabel = "CONTAINER")
    String container = "";

    private final Columns lines = new Columns(NARROWEST);

    @Override
    protected int run() {
        Json posture = api().get("/bulkhead/v1/containers/" + Query.part(container) + "/posture");
        if (format.equals("json")) {
            say(posture.toString());
        } else if (format.equals("text")) {
            show(posture);
        } else {
            say(Template.parse(format).render(posture.value()));
        }
        return 0;
    }

    private void show(Json posture) {
        line("process", field(posture, "Pid").text());
        each("uid map (in out count)", field(posture, "UidMap"));
        each("gid map (in out count)", field(posture, "GidMap"));
        capabilities(field(posture, "Capabilities"));
        reach(field(posture, "CapabilityReach"));
        line("seccomp", seccomp(posture));
        new TreeMap<>(field(posture, "ReachableCalls").fields())
                .forEach((architecture, calls) -> line("reachable calls", architecture + " " + calls.text()));
        new TreeMap<>(field(posture, "WatchedCalls").fields())
                .forEach((architecture, calls) -> watched(architecture, calls.number()));
        new TreeMap<>(field(posture, "OtherEngines").fields())
                .forEach((engine, calls) -> line(
                        "for comparison",
                        calls.text() + " of all tables by " + engine + "'s default (on record, not measured here)"));
        line("no new privileges", field(posture, "NoNewPrivileges").text());
        line("label", field(posture, "Label").text());
        line("own namespaces", namespaces(field(posture, "Namespaces")));
        each("mounts", field(posture, "Mounts"));
        lines.lines().forEach(this::say);
    }

    private void watched(String architecture, long calls) {
        if (calls > 0) {
            line("watched, not refused", architecture + " " + calls + " of these are let through with a record");
        }
    }

    /// The daemon writes names with a capital letter; one it does not send is told as unknown, never as empty.
    private static Json field(Json posture, String name) {
        if (posture.at(name).exists()) {
            return posture.at(name);
        }
        String small = Character.toLowerCase(name.charAt(0)) + name.substring(1);
        return posture.at(small).exists() ? posture.at(small) : Json.of("unknown");
    }

    private void line(String name, String value) {
        lines.add(List.of(name + ":", value.isEmpty() ? "none" : value));
    }

    private void each(String name, Json list) {
        List<Json> items = list.items();
        if (items.isEmpty()) {
            line(name, list.value() instanceof String text ? text : "none");
        }
        for (int i = 0; i < items.size(); i++) {
            lines.add(List.of(
                    i == 0 ? name + ":" : "",
                    String.join(" ", items.get(i).text().strip().split("\\s+"))));
        }
    }

    private void capabilities(Json sets) {
        sets.fields().forEach((name, hex) -> line(name, Capabilities.names(hex.text())));
    }

    /// What the effective ones give, with those that give the same in one line.
    private void reach(Json reach) {
        var byReach = new TreeMap<String, List<String>>();
        reach.fields()
                .forEach((name, how) -> byReach.computeIfAbsent(how.text(), _ -> new ArrayList<>())
                        .add(name));
        byReach.forEach((how, names) -> line("reach " + how, String.join(" ", names)));
    }

    private static String seccomp(Json posture) {
        String mode = switch (field(posture, "SeccompMode").text()) {
            case "0" -> "off: every system call reaches the kernel";
            case "1" -> "strict";
            case "2" -> "filter";
            default -> "unknown";
        };
        return mode + ", " + field(posture, "Filters").text() + " filters in the kernel";
    }

    private static String namespaces(Json namespaces) {
        return namespaces.fields().isEmpty()
                ? namespaces.text()
                : new TreeMap<>(namespaces.fields())
                        .entrySet().stream()
                                .map(entry ->
                                        entry.getKey() + ":[" + entry.getValue().text() + "]")
                                .collect(Collectors.joining(" "));
    }
}
