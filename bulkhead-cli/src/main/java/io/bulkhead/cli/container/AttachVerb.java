package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.terminal.Session;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "attach", description = "Attach local standard input, output, and error streams to a running container")
public final class AttachVerb extends Verb {

    @Option(names = "--no-stdin", description = "Do not attach STDIN")
    boolean noStdin;

    @Option(
            names = "--detach-keys",
            paramLabel = "KEYS",
            description = "Override the key sequence for detaching a container")
    String detachKeys = "";

    @Option(
            names = "--sig-proxy",
            arity = "0..1",
            defaultValue = "true",
            fallbackValue = "true",
            description = "Proxy all received signals to the process")
    boolean signalProxy = true;

    @Completes(Known.RUNNING)
    @Parameters(index = "0", paramLabel = "CONTAINER")
    String container = "";

    @Override
    protected int run() {
        Json found = api().get(Paths.of(container, "/json"));
        requireRunning(found.at("State"));
        boolean tty = found.at("Config", "Tty").flag();
        boolean stdin = !noStdin && found.at("Config", "OpenStdin").flag();
        Streams.requireTerminal(tty, stdin);
        String id = found.at("Id").text();
        var streams = new Streams(api(), console(), id);
        Answer waiting = ExitCodes.await(api(), id, "not-running");
        Answer connection = streams.attach(stdin, true, true, detachKeys);
        if (signalProxy && !tty) {
            SignalProxy.before(api(), id).begin();
        }
        if (streams.join(connection, tty, stdin, detachKeys) == Session.End.DETACHED) {
            return 0;
        }
        return ExitCodes.read(waiting);
    }

    private static void requireRunning(Json state) {
        if (state.at("Paused").flag()) {
            throw new Failure("cannot attach to a paused container, unpause it first");
        }
        if (state.at("Restarting").flag()) {
            throw new Failure("cannot attach to a restarting container, wait until it is running");
        }
        if (!state.at("Running").flag()) {
            throw new Failure("cannot attach to a stopped container, start it first");
        }
    }
}
