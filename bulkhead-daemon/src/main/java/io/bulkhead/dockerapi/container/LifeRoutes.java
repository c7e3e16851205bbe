package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Operation;
import io.bulkhead.container.Containers;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.http.Exchange;
import io.bulkhead.name.Names;
import io.bulkhead.spec.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Routes that begin, hold and end a container's processes.
final class LifeRoutes {

    /// Bytes of a body that says nothing.
    private static final int LONGEST_NOTHING = 7;

    private final Backend backend;
    private final Containers containers;

    LifeRoutes(Backend backend) {
        this.backend = backend;
        this.containers = backend.containers();
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/containers/{id}/start", Operation.CONTAINER_START, this::start),
                new Route("POST", "/containers/{id}/stop", Operation.CONTAINER_STOP, this::stop),
                new Route("POST", "/containers/{id}/restart", Operation.CONTAINER_RESTART, this::restart),
                new Route("POST", "/containers/{id}/kill", Operation.CONTAINER_KILL, this::kill),
                new Route("POST", "/containers/{id}/pause", Operation.CONTAINER_PAUSE, this::pause),
                new Route("POST", "/containers/{id}/unpause", Operation.CONTAINER_UNPAUSE, this::unpause),
                new Route("POST", "/containers/{id}/resize", Operation.CONTAINER_RESIZE, this::resize),
                new Route("DELETE", "/containers/{id}", Operation.CONTAINER_REMOVE, this::remove));
    }

    /// Old clients could send a `HostConfig` here; one that is not looked at must not seem to count. As for Docker,
    /// what is too short to say anything (`{}`, `null`) is no body.
    private void start(Call call) throws IOException {
        if (call.exchange().body().readNBytes(LONGEST_NOTHING + 1).length > LONGEST_NOTHING) {
            throw new EngineException(
                    Reason.INVALID,
                    "starting container with non-empty request body was deprecated since API v1.22 and removed in "
                            + "v1.24");
        }
        if (Query.given(call.exchange(), "checkpoint").isPresent()) {
            throw new EngineException(Reason.UNSUPPORTED, "checkpoints are not supported");
        }
        Subject subject = Subject.of(call, backend);
        containers.start(subject.allowed(), subject.id());
        call.exchange().answerEmpty(204);
    }

    private void stop(Call call) throws IOException {
        Optional<Signal> signal = signal(call.exchange());
        Optional<Duration> timeout = timeout(call.exchange());
        Subject subject = Subject.of(call, backend);
        containers.stop(subject.allowed(), subject.id(), signal, timeout);
        call.exchange().answerEmpty(204);
    }

    private void restart(Call call) throws IOException {
        Optional<Signal> signal = signal(call.exchange());
        Optional<Duration> timeout = timeout(call.exchange());
        Subject subject = Subject.of(call, backend);
        containers.restart(subject.allowed(), subject.id(), signal, timeout);
        call.exchange().answerEmpty(204);
    }

    private void kill(Call call) throws IOException {
        Signal signal = signal(call.exchange()).orElse(Signal.KILL);
        Subject subject = Subject.of(call, backend);
        containers.kill(subject.allowed(), subject.id(), signal);
        call.exchange().answerEmpty(204);
    }

    private void pause(Call call) throws IOException {
        Subject subject = Subject.of(call, backend);
        containers.pause(subject.allowed(), subject.id());
        call.exchange().answerEmpty(204);
    }

    private void unpause(Call call) throws IOException {
        Subject subject = Subject.of(call, backend);
        containers.unpause(subject.allowed(), subject.id());
        call.exchange().answerEmpty(204);
    }

    private void resize(Call call) throws IOException {
        TerminalSize size = TerminalSize.of(call.exchange());
        Subject subject = Subject.of(call, backend);
        containers.resize(subject.allowed(), subject.id(), size.rows(), size.columns());
        call.exchange().answerEmpty(200);
    }

    private void remove(Call call) throws IOException {
        if (Query.flag(call.exchange(), "link")) {
            throw new EngineException(Reason.UNSUPPORTED, "links are not supported; there is none to remove");
        }
        boolean force = Query.flag(call.exchange(), "force");
        boolean volumes = Query.flag(call.exchange(), "v");
        Subject subject = Subject.of(call, backend);
        containers.remove(subject.allowed(), subject.id(), force, volumes);
        call.exchange().answerEmpty(204);
    }

    private static Optional<Signal> signal(Exchange exchange) {
        return Query.given(exchange, "signal").map(Signal::parse);
    }

    /// Whole seconds; negative waits for ever.
    private static Optional<Duration> timeout(Exchange exchange) {
        return Query.given(exchange, "t").map(text -> {
            if (!text.matches("-?[0-9]{1,9}")) {
                throw new EngineException(Reason.INVALID, "t `" + Names.shown(text) + "` is not a number of seconds");
            }
            return Duration.ofSeconds(Long.parseLong(text));
        });
    }
}
