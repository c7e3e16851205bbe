package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Operation;
import io.bulkhead.container.Container;
import io.bulkhead.container.Containers;
import io.bulkhead.container.Containers.Stream;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.Exec;
import io.bulkhead.container.ExecSpec;
import io.bulkhead.container.StdioStream;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.create.ExecRequest;
import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.dockerapi.stream.DetachKeys;
import io.bulkhead.dockerapi.stream.Frames;
import io.bulkhead.dockerapi.stream.Session;
import io.bulkhead.http.Exchange;
import io.bulkhead.spec.UserSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Further processes in a container. Whoever starts one needs the privileges the container has (CVE-2024-23653: every
/// way to start a process is asked about).
final class ExecRoutes {

    private final Backend backend;
    private final Containers containers;

    ExecRoutes(Backend backend) {
        this.backend = backend;
        this.containers = backend.containers();
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/containers/{id}/exec", Operation.CONTAINER_EXEC, this::create),
                new Route("POST", "/exec/{id}/start", Operation.CONTAINER_EXEC, this::start),
                new Route("POST", "/exec/{id}/resize", Operation.CONTAINER_RESIZE, this::resize),
                new Route("GET", "/exec/{id}/json", Operation.CONTAINER_INSPECT, this::inspect));
    }

    private void create(Call call) throws IOException {
        ExecSpec spec = ExecRequest.decode(RequestBody.json(call.exchange()));
        DetachKeys.parse(spec.detachKeys());
        Subject subject = Subject.within(call, backend);
        Exec exec = containers.createExec(subject.allowed(), subject.id(), spec);
        Json.answer(call.exchange(), 201, Json.object("Id", exec.id()));
    }

    private void start(Call call) throws IOException {
        ExecRequest.Start request = RequestBody.optionalJson(call.exchange())
                .map(ExecRequest.Start::decode)
                .orElse(new ExecRequest.Start(false, false, null));
        Exec exec = new Seen(call, backend).exec(call.path("id"));
        Subject subject = Subject.within(call, containers.get(exec.container()));
        Optional<StdioStream> stream;
        try {
            stream = containers.startExec(subject.allowed(), exec.id(), !request.detach());
        } catch (EngineException failure) {
            if (request.detach() || containers.exec(exec.id()).exitCode().isEmpty()) {
                throw failure;
            }
            tellInStream(call, exec.spec(), failure);
            return;
        }
        if (stream.isEmpty()) {
            call.exchange().answerEmpty(200);
            return;
        }
        StdioStream process = stream.get();
        call.exchange().whenDisconnected(process::close);
        ExecSpec spec = exec.spec();
        new Session(process, outputs(spec), spec.attachStdin(), !spec.tty(), DetachKeys.parse(spec.detachKeys()))
                .run(AttachRoutes.upgrade(call, process));
    }

    /// An attached client asks for the exit code only if it got a stream, and shows no other answer's words; so the
    /// failure of the process itself is told there, as dockerd does.
    private static void tellInStream(Call call, ExecSpec spec, EngineException failure) throws IOException {
        byte[] words = (failure.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8);
        try (Exchange.Upgraded connection = call.exchange().upgrade(StreamTypes.answered(call.version(), spec.tty()))) {
            new Frames(connection.output(), spec.tty()).write(Stream.STDOUT, words);
        }
    }

    private static Set<Stream> outputs(ExecSpec spec) {
        var outputs = EnumSet.noneOf(Stream.class);
        if (spec.attachStdout() || (spec.tty() && spec.attachStderr())) {
            outputs.add(Stream.STDOUT);
        }
        if (spec.attachStderr()) {
            outputs.add(Stream.STDERR);
        }
        return outputs;
    }

    private void resize(Call call) throws IOException {
        TerminalSize size = TerminalSize.of(call.exchange());
        Exec exec = new Seen(call, backend).exec(call.path("id"));
        Container container = containers.get(exec.container());
        var allowed = call.allow(container.spec().target());
        containers.resizeExec(allowed, exec.id(), size.rows(), size.columns());
        call.exchange().answerEmpty(200);
    }

    private void inspect(Call call) throws IOException {
        Exec exec = new Seen(call, backend).exec(call.path("id"));
        call.allow(containers.get(exec.container()).spec().target());
        ExecSpec spec = exec.spec();
        Json.answer(
                call.exchange(),
                200,
                Json.object(
                        "ID", exec.id(),
                        "Running", exec.running(),
                        "ExitCode",
                                exec.exitCode().isPresent() ? exec.exitCode().getAsInt() : null,
                        "ProcessConfig",
                                Json.object(
                                        "tty", spec.tty(),
                                        "entrypoint", spec.command().getFirst(),
                                        "arguments",
                                                spec.command()
                                                        .subList(
                                                                1,
                                                                spec.command().size()),
                                        "privileged", false,
                                        "user",
                                                spec.user()
                                                        .map(UserSpec::spelling)
                                                        .orElse("")),
                        "OpenStdin", spec.attachStdin(),
                        "OpenStderr", spec.attachStderr(),
                        "OpenStdout", spec.attachStdout(),
                        "CanRemove", !exec.running() && exec.exitCode().isPresent(),
                        "ContainerID", exec.container().value(),
                        "DetachKeys", "",
                        "Pid", exec.pid()));
    }
}
