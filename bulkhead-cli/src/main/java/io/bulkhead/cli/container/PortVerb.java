package io.bulkhead.cli.container;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "port", description = "List port mappings or a specific mapping for the container")
public final class PortVerb extends Verb {

    @Completes(Known.LIVE)
    @Parameters(index = "0", paramLabel = "CONTAINER")
    String container = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "PORT[/PROTOCOL]")
    String port = "";

    @Override
    protected int run() {
        Json ports = api().get(Paths.of(container, "/json")).at("NetworkSettings", "Ports");
        if (port.isEmpty()) {
            new TreeMap<>(ports.fields())
                    .forEach((name, bindings) ->
                            bindings.items().forEach(binding -> say(name + " -> " + address(binding))));
            return 0;
        }
        String name = port.contains("/") ? port : port + "/tcp";
        if (ports.at(name).items().isEmpty()) {
            throw new Failure("no public port '" + name + "' published for " + container);
        }
        ports.at(name).items().forEach(binding -> say(address(binding)));
        return 0;
    }

    private static String address(Json binding) {
        String ip = binding.at("HostIp").text();
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":"
                + binding.at("HostPort").text();
    }
}
