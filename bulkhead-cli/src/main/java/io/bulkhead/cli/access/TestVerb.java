package io.bulkhead.cli.access;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "test",
        description = "Try roles against a file of expected decisions, before they are in force",
        footer = "Ends with 1 if a decision is not as expected. The file is a list of cases: {who: user:alice, "
                + "operation: container.start, container: web-1, expect: allowed}.")
public final class TestVerb extends Verb {

    @Parameters(index = "0", paramLabel = "CASES", description = "A YAML file of expected decisions")
    String cases = "";

    @Option(names = "--roles", paramLabel = "FILE", description = "These roles instead of the ones in force")
    String roles = "";

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    protected int run() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Cases", read(cases));
        if (!roles.isEmpty()) {
            body.put("Roles", read(roles));
        }
        Json results = api().post(CanIVerb.PATH + "/test", body);
        List<Json> failed = results.items().stream()
                .filter(result -> !result.at("Passed").flag())
                .toList();
        say(format, results, () -> show(results.items(), failed));
        return failed.isEmpty() ? 0 : 1;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException unreadable) {
            throw new Failure(1, file + ": cannot be read: " + unreadable.getMessage());
        }
    }

    private void show(List<Json> results, List<Json> failed) {
        for (Json result : failed) {
            say(cases + ":" + result.at("Line").text() + ": "
                    + result.at("Case").text() + ": expected "
                    + result.at("Expected").text() + ", but "
                    + (result.at("Allowed").flag() ? "allowed" : "refused") + " by "
                    + result.at("Rule").text());
        }
        say((results.size() - failed.size()) + " of " + results.size() + " as expected");
    }
}
