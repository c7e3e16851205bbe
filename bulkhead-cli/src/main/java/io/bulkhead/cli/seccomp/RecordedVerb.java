package io.bulkhead.cli.seccomp;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "recorded",
        description = "Write the minimal profile of a recording, for --security-opt seccomp=FILE",
        footer = "The profile allows what was called, by name; refused calls show in `bulkhead denials`.")
public final class RecordedVerb extends Verb {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to this file instead of standard output")
    String output = "";

    @Option(names = "--format", paramLabel = "FORMAT", description = "profile, or json: the counts themselves")
    String format = "profile";

    @Parameters(index = "0", paramLabel = "NAME")
    String recording = "";

    @Override
    protected int run() {
        String path = RecordingsVerb.PATH + "/" + Query.part(recording);
        String text = switch (format) {
            case "profile" -> raw(path + "/profile");
            case "json" -> raw(path);
            default -> throw new IllegalArgumentException("--format: it is profile or json");
        };
        if (format.equals("profile")) {
            List<Json> unnamed = api().get(path).at("Unnamed").items();
            unnamed.forEach(call -> console()
                    .err()
                    .println("not in the profile, so refused by it, since there is no name for it: " + call.text()));
        }
        if (output.isEmpty()) {
            say(text.stripTrailing());
            return 0;
        }
        try {
            Files.writeString(Path.of(output), text);
            return 0;
        } catch (IOException failure) {
            throw new Failure("the profile cannot be written: " + failure);
        }
    }

    /// As the daemon wrote it: for people, with line ends.
    private String raw(String path) {
        try (Answer answer = api().stream("GET", path, Map.of())) {
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new Failure("the answer cannot be read: " + failure);
        }
    }
}
