package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.terminal.Session;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "start", description = "Start one or more stopped containers")
public final class StartVerb extends Verb {

    @Option(
            names = {"-a", "--attach"},
            description = "Attach STDOUT/STDERR and forward signals")
    boolean attach;

    @Option(
            names = {"-i", "--interactive"},
            description = "Attach container's STDIN")
    boolean interactive;

    @Option(
            names = "--detach-keys",
            paramLabel = "KEYS",
            description = "Override the key sequence for detaching a container")
    String detachKeys = "";

    @Completes(Known.ENDED)
    @Parameters(arity = "1..*", paramLabel = "CONTAINER")
    List<String> containers = new ArrayList<>();

    @Override
    protected int run() {
        if (!attach && !interactive) {
            return each(containers, name -> {
                api().post(Paths.of(name, "/start"));
                say(name);
            });
        }
        if (containers.size() > 1) {
            throw new Failure("you cannot start and attach multiple containers at once");
        }
        return attached(containers.getFirst());
    }

    private int attached(String name) {
        Json container = api().get(Paths.of(name, "/json"));
        String id = container.at("Id").text();
        boolean tty = container.at("Config", "Tty").flag();
        boolean stdin = interactive && container.at("Config", "OpenStdin").flag();
        var streams = new Streams(api(), console(), id);
        Answer connection = streams.attach(stdin, true, true, detachKeys);
        boolean removes = container.at("HostConfig", "AutoRemove").flag();
        Answer waiting = ExitCodes.await(api(), id, removes ? "removed" : "next-exit");
        Optional<SignalProxy> signals = tty ? Optional.empty() : Optional.of(SignalProxy.before(api(), id));
        try {
            api().post(Paths.of(id, "/start"));
        } catch (ApiException refusal) {
            connection.close();
            throw ExitCodes.failed(refusal);
        }
        signals.ifPresent(SignalProxy::begin);
        if (streams.join(connection, tty, stdin, detachKeys) == Session.End.DETACHED) {
            return 0;
        }
        return ExitCodes.read(waiting);
    }
}
