package io.bulkhead.cli;

import io.bulkhead.cli.container.CreateVerb;
import io.bulkhead.cli.container.RunVerb;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `run` or `create` with one option more. It is here, and not with the other verbs, since it reads another's options.
@Command(
        name = "record",
        description =
                "Run a container and record what it calls: bulkhead seccomp record NAME -- run [OPTIONS] IMAGE ...",
        footer = "Runs under the same NAME add up; `bulkhead seccomp recorded NAME` writes the profile.")
final class RecordVerb extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "What the recording is called")
    String recording = "";

    @Parameters(index = "1..*", paramLabel = "-- run [OPTIONS] IMAGE [COMMAND...]")
    List<String> rest = new ArrayList<>();

    @Override
    public boolean takesCommand() {
        return true;
    }

    @Override
    public int refusedCode() {
        return new RunVerb().refusedCode();
    }

    @Override
    protected int run() {
        List<String> words = !rest.isEmpty() && rest.getFirst().equals("--") ? rest.subList(1, rest.size()) : rest;
        String name = words.isEmpty() ? "" : words.getFirst();
        Verb verb = switch (name) {
            case "run" -> new RunVerb();
            case "create" -> new CreateVerb();
            default ->
                throw new Failure(
                        Main.BAD_OPTION,
                        "what is recorded is a container: bulkhead seccomp record NAME -- run [OPTIONS] IMAGE "
                                + "[COMMAND...] (or create)");
        };
        var arguments = new ArrayList<>(List.of("--security-opt", "seccomp:record:" + recording));
        arguments.addAll(words.subList(1, words.size()));
        if (Parsing.parse(verb, name, arguments.toArray(String[]::new), console()) == Parsing.Outcome.HELPED) {
            return 0;
        }
        return verb.run(console(), api());
    }
}
