package io.bulkhead.container;

import io.bulkhead.bundle.Bundle;
import io.bulkhead.bundle.ExecProgram;
import io.bulkhead.container.Container.Status;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Pidfd;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.Names;
import io.bulkhead.runtime.Conmon;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;

/// Further processes in running containers, each with a monitor of its own. They get the container's confinement; who
/// they are and what they run is put together by the bundle, never by the request.
final class Execs {

    private static final System.Logger LOG = System.getLogger(Execs.class.getName());
    private static final String DIRECTORY = "exec-";
    private static final String SPEC = "exec.json";

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /// The id of an exec says whose it is only to this map. An ended one can be asked for until its container goes.
    private final Map<String, Life> owners = new ConcurrentHashMap<>();

    private final Host host;
    private final RandomGenerator randomness;

    Execs(Host host, RandomGenerator randomness) {
        this.host = host;
        this.randomness = randomness;
    }

    Exec create(Life life, ExecSpec spec) {
        requireRunning(life);
        if (spec.command().isEmpty()) {
            throw new EngineException(Reason.INVALID, "No exec command specified");
        }
        String id = ContainerId.random(randomness).value();
        var exec = new ExecLife(id, life.id(), spec, life.bundle().resolve(DIRECTORY + id));
        life.execs().put(id, exec);
        owners.put(id, life);
        Told.event(host, life, "exec_create: " + String.join(" ", spec.command()), Map.of("execID", id));
        return exec.now();
    }

    /// Takes over the execs of an earlier daemon in a container that goes on: those that run, and those that ended
    /// while
    /// there was no daemon. What it knew only itself, it took with it.
    void adopt(Life life, Map<Path, Integer> monitors) {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(life.bundle(), DIRECTORY + "*")) {
            for (Path directory : directories) {
                adopt(life, directory, Optional.ofNullable(monitors.get(directory)));
            }
        } catch (IOException | JacksonException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "container=" + life.id() + " an exec of it is forgotten", unreadable);
        }
    }

    private void adopt(Life life, Path directory, Optional<Integer> monitor) throws IOException {
        ExecSpec spec = StoreJson.mapper().readValue(Files.readAllBytes(directory.resolve(SPEC)), ExecSpec.class);
        String id = directory.getFileName().toString().substring(DIRECTORY.length());
        var exec = new ExecLife(id, life.id(), spec, directory);
        boolean _ = exec.begin();
        life.execs().put(id, exec);
        owners.put(id, life);
        if (monitor.isPresent()) {
            exec.running(pid(directory));
            watch(monitor.get(), () -> ended(life, exec));
        } else {
            ended(life, exec);
        }
    }

    /// Only shown.
    private static int pid(Path directory) throws IOException {
        Path file = directory.resolve("pid");
        return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    }

    /// Forgets a removed container's.
    void forget(Life life) {
        life.execs().keySet().forEach(owners::remove);
    }

    Life owner(String id) {
        return Optional.ofNullable(owners.get(id))
                .orElseThrow(() -> new EngineException(Reason.NOT_FOUND, "No such exec instance: " + Names.shown(id)));
    }

    ExecLife find(String id) {
        return Optional.ofNullable(owner(id).execs().get(id))
                .orElseThrow(() -> new EngineException(Reason.NOT_FOUND, "No such exec instance: " + Names.shown(id)));
    }

    /// @param attach whether the caller wants its streams
    Optional<StdioStream> start(String id, boolean attach) {
        Life life = owner(id);
        ExecLife exec = find(id);
        Run run = requireRunning(life);
        if (!exec.begin()) {
            throw new EngineException(Reason.CONFLICT, "exec " + Names.shown(id) + " has run already");
        }
        try {
            Optional<StdioStream> stream = launch(life, run, exec, attach);
            Told.event(
                    host,
                    life,
                    "exec_start: " + String.join(" ", exec.now().spec().command()),
                    Map.of("execID", id));
            return stream;
        } catch (RuntimeException failure) {
            EngineException thrown = Failures.of(failure, exec.now().spec().command());
            exec.ended(Failures.execExitCode(thrown));
            throw thrown;
        }
    }

    private static Run requireRunning(Life life) {
        if (life.progress().status() == Status.PAUSED) {
            throw new EngineException(
                    Reason.CONFLICT,
                    "Container " + life.spec().name() + " is paused, unpause the container before exec");
        }
        return life.run()
                .orElseThrow(() -> new EngineException(Reason.CONFLICT, "container " + life.id() + " is not running"));
    }

    private Optional<StdioStream> launch(Life life, Run run, ExecLife exec, boolean attach) {
        ExecSpec spec = exec.now().spec();
        Path process = write(exec, process(life, run, spec));
        var streams = new Conmon.Streams(
                exec.directory(), exec.directory().resolve("exit"), Optional.empty(), -1, spec.tty(), spec.tty());
        boolean input = attach && spec.attachStdin();
        var audience = new Audience();
        var stream = new AtomicReference<Optional<StdioStream>>(Optional.empty());
        Conmon.Started started = host.monitor()
                .exec(
                        life.id(),
                        exec.now().id(),
                        process,
                        streams,
                        () -> stream.set(connect(exec, audience, attach, input)));
        exec.running(started.process());
        watch(started.process(), audience::processEnded);
        watch(started.monitor(), () -> ended(life, exec));
        return Objects.requireNonNull(stream.get()).map(connected -> new ExecStream(connected, exec.end()));
    }

    /// Without input the process reads the end at once: the monitor gives it a pipe, and half-closing ends that.
    private static Optional<StdioStream> connect(ExecLife exec, Audience audience, boolean attach, boolean input) {
        boolean tty = exec.now().spec().tty();
        Path socket = exec.directory().resolve("attach");
        if (!input && !tty) {
            MonitorStream nobody = audience.connect(socket, false, MonitorStream.Input.WRITE);
            nobody.closeInput();
            if (!attach) {
                nobody.close();
                return Optional.empty();
            }
            return Optional.of(nobody);
        }
        return attach
                ? Optional.of(
                        audience.connect(socket, tty, input ? MonitorStream.Input.WRITE : MonitorStream.Input.NONE))
                : Optional.empty();
    }

    private static String process(Life life, Run run, ExecSpec spec) {
        var program = new ExecProgram(spec.command(), spec.env(), spec.user(), spec.workdir(), spec.tty());
        try (Directory root = run.root()
                .orElseThrow(
                        () -> new EngineException(Reason.CONFLICT, "container " + life.id() + " is not running"))) {
            return Bundle.processSpec(life.spec(), life.idMaps(), root, program);
        }
    }

    private static Path write(ExecLife exec, String process) {
        try {
            Files.createDirectory(exec.directory(), PRIVATE);
            Files.createDirectory(exec.directory().resolve("exit"), PRIVATE);
            Files.write(
                    exec.directory().resolve(SPEC),
                    StoreJson.mapper().writeValueAsBytes(exec.now().spec()));
            return Files.writeString(exec.directory().resolve("process.json"), process);
        } catch (IOException failure) {
            throw new EngineException(Reason.STORAGE, "the exec cannot be prepared: " + failure, failure);
        }
    }

    /// Tells of a process's end, on a thread of its own.
    private static void watch(int pid, Runnable whenEnded) {
        Optional<Pidfd> watched =
                Pidfd.startTime(pid).stream().boxed().findFirst().flatMap(start -> Pidfd.open(pid, start));
        CompletableFuture<Void> _ = watched.map(Pidfd::exited)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenRun(() -> Thread.ofVirtual().name("exec-end").start(() -> {
                    watched.ifPresent(Pidfd::close);
                    whenEnded.run();
                }));
    }

    private void ended(Life life, ExecLife exec) {
        exec.ended(Endings.exitCode(exec.directory().resolve("exit"), life.id()).orElse(Endings.LOST));
        int code = exec.now().exitCode().orElse(Endings.LOST);
        Told.event(host, life, "exec_die", Map.of("execID", exec.now().id(), "exitCode", "" + code));
        removeDirectory(exec);
    }

    private static void removeDirectory(ExecLife exec) {
        Path directory = exec.directory();
        try {
            EngineDirectories.removeTree(directory);
        } catch (KernelException _) {
            // the container's own directory went with its end
        }
    }

    /// Ids of a life's execs that still run.
    static List<String> running(Life life) {
        return life.execs().values().stream()
                .map(ExecLife::now)
                .filter(Exec::running)
                .map(Exec::id)
                .toList();
    }
}
