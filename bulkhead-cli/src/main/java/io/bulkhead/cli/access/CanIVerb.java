package io.bulkhead.cli.access;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "can-i",
        description = "Tell whether roles would allow something, and by which line",
        footer = "Ends with 0 if they would, with 1 if not. Asking about somebody else takes access.read.")
public final class CanIVerb extends Verb {

    static final String PATH = "/bulkhead/v1/access";

    @Mixin
    QuestionOptions question = new QuestionOptions();

    @Option(names = "--as", paramLabel = "SUBJECT", description = "Somebody else, for example user:alice or cert:CN=ci")
    String as = "";

    @Option(names = "--group", paramLabel = "GROUP", description = "In this group too; may be given several times")
    List<String> groups = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    protected int run() {
        var body = question.body();
        QuestionOptions.put(body, "As", as);
        if (!groups.isEmpty()) {
            body.put("Groups", groups);
        }
        Json answer = api().post(PATH + "/can-i", body);
        say(format, answer, () -> show(answer));
        return answer.at("Allowed").flag() ? 0 : 1;
    }

    private void show(Json answer) {
        say((answer.at("Allowed").flag() ? "yes: " : "no: ") + answer.at("Rule").text());
        String remedy = answer.at("Remedy").text();
        if (!remedy.isEmpty()) {
            say("to lift it: " + remedy);
        }
    }
}
