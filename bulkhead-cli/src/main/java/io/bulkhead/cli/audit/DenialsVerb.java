package io.bulkhead.cli.audit;

import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.text.Ages;
import io.bulkhead.cli.text.Cut;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "denials",
        description =
                "Show which system calls were refused to containers, or would be, by which rule, and what lifts it")
public final class DenialsVerb extends Verb {

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "text, json, or a template such as '{{.Name}} {{.Call}} {{.Count}}'")
    String format = "text";

    @Completes(Known.CONTAINERS)
    @Parameters(index = "0", arity = "0..1", paramLabel = "CONTAINER", description = "Only this one's, also when gone")
    String container = "";

    @Override
    protected int run() {
        Query query = Query.of("/bulkhead/v1/denials");
        Json denials = api().get((container.isEmpty() ? query : query.with("container", container)).toString());
        switch (format) {
            case "json" -> say(denials.toString());
            case "text" -> show(denials.items());
            default -> {
                Template template = Template.parse(format);
                denials.items().forEach(denial -> say(template.render(denial.value())));
            }
        }
        return 0;
    }

    private void show(List<Json> denials) {
        String shown = "";
        for (Json denial : denials) {
            String id = denial.at("Container").text();
            if (!id.equals(shown)) {
                say(denial.at("Name").text() + " (" + Cut.id(id) + ", image "
                        + denial.at("Image").text() + ")");
                shown = id;
            }
            show(denial);
        }
    }

    private void show(Json denial) {
        long count = denial.at("Count").number();
        boolean more = denial.at("CountIsLowerBound").flag();
        String times = (more ? "at least " : "") + count + (count == 1 && !more ? " time" : " times");
        Duration age = Duration.between(Instant.parse(denial.at("Last").text()), Instant.now());
        say("  " + denial.at("Call").text() + " (" + denial.at("Table").text() + "), "
                + denial.at("Outcome").text() + ", " + times + ", last " + Ages.ago(age)
                + " by \"" + denial.at("Command").text() + "\" ("
                + denial.at("Executable").text() + ", pid " + denial.at("Pid").text() + ")");
        say("    layer:     " + denial.at("Layer").text());
        say("    rule:      " + denial.at("Rule").text());
        say("    lifted by: " + denial.at("LiftedBy").text());
    }
}
