package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Operation;
import io.bulkhead.container.Container.Status;
import io.bulkhead.container.Containers;
import io.bulkhead.container.Containers.AttachRequest;
import io.bulkhead.container.Containers.Stream;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.container.StdioStream;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.stream.DetachKeys;
import io.bulkhead.dockerapi.stream.Session;
import io.bulkhead.http.Exchange;
import io.bulkhead.spec.IoSpec;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// `POST /containers/{id}/attach`. Everything that can fail does so before the connection becomes a raw one, where no
/// error could be told any more.
final class AttachRoutes {

    private final Backend backend;
    private final Containers containers;

    AttachRoutes(Backend backend) {
        this.backend = backend;
        this.containers = backend.containers();
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/containers/{id}/attach", Operation.CONTAINER_ATTACH, this::attach));
    }

    private void attach(Call call) throws IOException {
        Exchange exchange = call.exchange();
        DetachKeys keys = DetachKeys.parse(Query.text(exchange, "detachKeys"));
        Subject subject = Subject.within(call, backend);
        requireAttachable(subject);
        IoSpec io = subject.container().spec().io();
        var request = new AttachRequest(
                Query.flag(exchange, "stdin") && io.openStdin(),
                Query.flag(exchange, "stdout"),
                Query.flag(exchange, "stderr"),
                Query.flag(exchange, "logs"),
                Query.flag(exchange, "stream"));
        StdioStream process = containers.attach(subject.allowed(), subject.id(), request);
        exchange.whenDisconnected(process::close);
        // A terminal has no end of input; without one, the end of the one client that counts is the process's.
        boolean closeInput = io.stdinOnce() && !io.tty();
        new Session(process, outputs(request, io.tty()), request.stdin(), closeInput, keys).run(upgrade(call, process));
    }

    private static void requireAttachable(Subject subject) {
        Status status = subject.container().state().status();
        String name = subject.container().spec().name().value();
        if (status == Status.PAUSED) {
            throw new EngineException(
                    Reason.CONFLICT, "container " + name + " is paused, unpause the container before attach");
        }
        if (status == Status.RESTARTING) {
            throw new EngineException(
                    Reason.CONFLICT, "container " + name + " is restarting, wait until the container is running");
        }
    }

    private static Set<Stream> outputs(AttachRequest request, boolean tty) {
        var outputs = EnumSet.noneOf(Stream.class);
        if (request.stdout() || (tty && request.stderr())) {
            outputs.add(Stream.STDOUT);
        }
        if (request.stderr()) {
            outputs.add(Stream.STDERR);
        }
        return outputs;
    }

    /// Makes the connection a raw one; lets go of the process if that fails.
    static Exchange.Upgraded upgrade(Call call, StdioStream process) throws IOException {
        try {
            return call.exchange().upgrade(StreamTypes.answered(call.version(), process.tty()));
        } catch (IOException gone) {
            process.close();
            throw gone;
        }
    }
}
