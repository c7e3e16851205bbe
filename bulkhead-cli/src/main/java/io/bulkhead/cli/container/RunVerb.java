package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Answer;
import io.bulkhead.cli.api.ApiException;
import io.bulkhead.cli.terminal.Session;
import io.bulkhead.cli.verb.Failure;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "run", description = "Create and run a new container from an image")
public final class RunVerb extends CreationVerb {

    @Option(
            names = {"-d", "--detach"},
            arity = "0..1",
            fallbackValue = "true",
            description = "Run container in background and print container ID")
    boolean detach;

    @Option(
            names = "--sig-proxy",
            arity = "0..1",
            defaultValue = "true",
            fallbackValue = "true",
            description = "Proxy received signals to the process")
    boolean signalProxy = true;

    @Option(
            names = "--detach-keys",
            paramLabel = "KEYS",
            description = "Override the key sequence for detaching a container")
    String detachKeys = "";

    @Override
    public int refusedCode() {
        return ExitCodes.DAEMON;
    }

    @Override
    protected int run() {
        if (detach && options.namesStreams()) {
            throw new Failure("conflicting options: cannot specify both --attach and --detach");
        }
        Streams.requireTerminal(options.tty(), !detach && options.attaches("stdin"));
        String id = new NewContainer(api(), console(), options, image, command).create(detach);
        if (detach) {
            start(id, Optional.empty());
            say(id);
            return 0;
        }
        return attached(id);
    }

    /// Attached and awaited before it starts, so that neither its first output nor an early end is missed.
    private int attached(String id) {
        var streams = new Streams(api(), console(), id);
        boolean stdin = options.attaches("stdin");
        Answer connection = streams.attach(stdin, options.attaches("stdout"), options.attaches("stderr"), detachKeys);
        Answer waiting = ExitCodes.await(api(), id, options.removes() ? "removed" : "next-exit");
        Optional<SignalProxy> signals =
                signalProxy && !options.tty() ? Optional.of(SignalProxy.before(api(), id)) : Optional.empty();
        start(id, Optional.of(connection));
        signals.ifPresent(SignalProxy::begin);
        Session.End end = streams.join(connection, options.tty(), stdin, detachKeys);
        if (end == Session.End.DETACHED) {
            waiting.close();
            return 0;
        }
        return ExitCodes.read(waiting);
    }

    private void start(String id, Optional<Answer> connection) {
        try {
            api().post(Paths.of(id, "/start"));
        } catch (ApiException refusal) {
            connection.ifPresent(Answer::close);
            throw ExitCodes.failed(refusal);
        }
    }
}
