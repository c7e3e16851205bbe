package io.bulkhead.cli.system;

import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.verb.Verb;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "version", description = "Show the Bulkhead version information")
public final class VersionVerb extends Verb {

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "json, or a template")
    String format = "";

    @Override
    public boolean needsArguments() {
        return false;
    }

    @Override
    protected int run() {
        Map<String, Object> client = Client.description();
        Json server = Json.absent();
        String problem = "";
        try {
            server = api().get("/version");
        } catch (ApiException unreachable) {
            problem = String.valueOf(unreachable.getMessage());
        }
        if (format.isEmpty()) {
            showClient(client);
            if (server.exists()) {
                showServer(server);
            }
        } else {
            Map<String, Object> both = new LinkedHashMap<>();
            both.put("Client", client);
            both.put("Server", server.value());
            say(Shape.of(format, both));
        }
        if (!problem.isEmpty()) {
            console().flush();
            console().err().println(problem);
            return 1;
        }
        return 0;
    }

    private void showClient(Map<String, Object> client) {
        say("Client: Bulkhead");
        var lines = new Columns(20);
        lines.add(List.of(" Version:", String.valueOf(client.get("Version"))));
        lines.add(List.of(" API version:", String.valueOf(client.get("ApiVersion"))));
        lines.add(List.of(" Java version:", String.valueOf(client.get("JavaVersion"))));
        lines.add(List.of(" OS/Arch:", client.get("Os") + "/" + client.get("Arch")));
        lines.lines().forEach(this::say);
    }

    private void showServer(Json server) {
        say("");
        say("Server: " + server.at("Platform", "Name").text());
        List<Json> components = server.at("Components").items();
        if (components.isEmpty()) {
            say(" Version:           " + server.at("Version").text());
        }
        for (Json component : components) {
            say(" " + component.at("Name").text() + ":");
            var lines = new Columns(20);
            lines.add(List.of("  Version:", component.at("Version").text()));
            component
                    .at("Details")
                    .fields()
                    .forEach((name, value) -> lines.add(List.of("  " + name + ":", value.text())));
            lines.lines().forEach(this::say);
        }
    }
}
