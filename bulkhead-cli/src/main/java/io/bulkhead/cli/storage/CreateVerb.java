package io.bulkhead.cli.storage;

import io.bulkhead.cli.create.KeyValues;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "create", description = "Create a volume")
public final class CreateVerb extends Verb {

    @Option(
            names = {"-d", "--driver"},
            paramLabel = "DRIVER",
            description = "Specify volume driver name")
    String driver = "local";

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Set metadata for a volume")
    List<String> labels = new ArrayList<>();

    @Option(
            names = {"-o", "--opt"},
            paramLabel = "NAME=VALUE",
            description = "Set driver specific options")
    List<String> options = new ArrayList<>();

    @Parameters(index = "0", arity = "0..1", paramLabel = "VOLUME")
    String name = "";

    @Override
    protected int run() {
        Map<String, Object> body = Map.of(
                "Name", name, "Driver", driver, "DriverOpts", KeyValues.map(options), "Labels", KeyValues.map(labels));
        say(api().post("/volumes/create", body).at("Name").text());
        return 0;
    }
}
