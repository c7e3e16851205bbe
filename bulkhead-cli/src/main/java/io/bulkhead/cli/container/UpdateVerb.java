package io.bulkhead.cli.container;

import io.bulkhead.cli.create.ResourceOptions;
import io.bulkhead.cli.create.RestartPolicy;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "update", description = "Update configuration of one or more containers")
public final class UpdateVerb extends Verb {

    @Mixin
    ResourceOptions resources = new ResourceOptions();

    @Option(names = "--restart", paramLabel = "POLICY", description = "Restart policy to apply when a container exits")
    String restart = "";

    @Completes(Known.CONTAINERS)
    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    List<String> containers = new ArrayList<>();

    @Override
    protected int run() {
        Map<String, Object> body = resources.given();
        if (!restart.isEmpty()) {
            body.put("RestartPolicy", RestartPolicy.parse(restart));
        }
        if (body.isEmpty()) {
            throw new Failure("you must provide one or more flags when using this command");
        }
        return each(containers, name -> {
            Json answer = api().post(Paths.of(name, "/update"), body);
            answer.at("Warnings").items().forEach(warning -> console().err().println(warning.text()));
            say(name);
        });
    }
}
