package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.container.Container.Status;
import io.bulkhead.container.Containers;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.container.EngineInfo;
import io.bulkhead.container.Exec;
import io.bulkhead.container.ExecSpec;
import io.bulkhead.container.Posture;
import io.bulkhead.container.Stats;
import io.bulkhead.container.StdioStream;
import io.bulkhead.denial.Denial;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.image.Image;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.ContainerName;
import io.bulkhead.ownership.Change;
import io.bulkhead.ownership.Ownership;
import io.bulkhead.recording.Recordings;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Resources;
import io.bulkhead.spec.RestartPolicy;
import io.bulkhead.spec.Signal;
import io.bulkhead.trust.VerifiedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// Containers in memory whose processes say `out` and `err` and end with 7. Each call checks its proof as the engine
/// does.
final class FakeContainers implements Containers {

    static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.000000006Z");

    private final Map<ContainerId, Container> containers = new LinkedHashMap<>();
    private final Map<String, Exec> execs = new LinkedHashMap<>();
    final List<String> done = new ArrayList<>();

    private void did(Allowed allowed, Operation operation, String what) {
        allowed.requireFor(operation);
        done.add(what);
    }

    @Override
    public EngineInfo info() {
        return new EngineInfo("crun", "1", "2", 2, true, "ebpf");
    }

    @Override
    public List<Container> all() {
        return List.copyOf(containers.values()).reversed();
    }

    @Override
    public Container resolve(String idOrName) {
        return resolve(idOrName, _ -> true);
    }

    @Override
    public Container resolve(String idOrName, Predicate<Target> seen) {
        return containers.values().stream()
                .filter(c -> seen.test(c.spec().target()))
                .filter(c -> c.id().value().startsWith(idOrName)
                        || c.spec().name().value().equals(idOrName))
                .findFirst()
                .orElseThrow(() -> new EngineException(Reason.NOT_FOUND, "No such container: " + idOrName));
    }

    @Override
    public Container get(ContainerId id) {
        return resolve(id.value());
    }

    @Override
    public Container create(Allowed allowed, VerifiedImage image, ContainerSpec spec) {
        did(allowed, Operation.CONTAINER_CREATE, "create " + spec.name());
        var state = new Container.State(Status.CREATED, 0, 0, "", false, Optional.empty(), Optional.empty());
        return put(spec, state);
    }

    private Container put(ContainerSpec spec, Container.State state) {
        var container = new Container(
                spec,
                CREATED,
                Optional.empty(),
                state,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Path.of("/bundle"),
                Path.of("/log"),
                new Container.HostFiles(Path.of("/hostname"), Path.of("/hosts"), Path.of("/resolv.conf")),
                List.of("a warning of the engine"),
                List.of());
        containers.put(spec.id(), container);
        return container;
    }

    @Override
    public void start(Allowed allowed, ContainerId id) {
        did(allowed, Operation.CONTAINER_START, "start");
        if (get(id).state().running()) {
            throw new EngineException(Reason.NOT_MODIFIED, "already running");
        }
        put(
                get(id).spec(),
                new Container.State(Status.RUNNING, 42, 0, "", false, Optional.of(CREATED), Optional.empty()));
    }

    @Override
    public void stop(Allowed allowed, ContainerId id, Optional<Signal> signal, Optional<Duration> timeout) {
        did(allowed, Operation.CONTAINER_STOP, "stop " + signal + " " + timeout);
    }

    @Override
    public void restart(Allowed allowed, ContainerId id, Optional<Signal> signal, Optional<Duration> timeout) {
        did(allowed, Operation.CONTAINER_RESTART, "restart");
    }

    @Override
    public void kill(Allowed allowed, ContainerId id, Signal signal) {
        did(allowed, Operation.CONTAINER_KILL, "kill " + signal);
    }

    @Override
    public void pause(Allowed allowed, ContainerId id) {
        did(allowed, Operation.CONTAINER_PAUSE, "pause");
    }

    @Override
    public void unpause(Allowed allowed, ContainerId id) {
        did(allowed, Operation.CONTAINER_UNPAUSE, "unpause");
    }

    @Override
    public void rename(Allowed allowed, ContainerId id, ContainerName name) {
        did(allowed, Operation.CONTAINER_RENAME, "rename " + name);
    }

    @Override
    public void remove(Allowed allowed, ContainerId id, boolean force, boolean volumes) {
        did(allowed, Operation.CONTAINER_REMOVE, "remove " + force + " " + volumes);
    }

    @Override
    public void update(Allowed allowed, ContainerId id, Resources resources, RestartPolicy restart) {
        did(allowed, Operation.CONTAINER_UPDATE, "update " + resources.memory() + " " + resources.pids());
    }

    @Override
    public CompletableFuture<ExitStatus> waitFor(Allowed allowed, ContainerId id, WaitCondition condition) {
        did(allowed, Operation.CONTAINER_WAIT, "wait " + condition);
        return CompletableFuture.completedFuture(new ExitStatus(7, ""));
    }

    @Override
    public StdioStream attach(Allowed allowed, ContainerId id, AttachRequest request) {
        did(allowed, Operation.CONTAINER_ATTACH, "attach " + request);
        return new Talk(get(id).spec().io().tty());
    }

    @Override
    public void resize(Allowed allowed, ContainerId id, int rows, int columns) {
        did(allowed, Operation.CONTAINER_RESIZE, "resize " + rows + "x" + columns);
    }

    @Override
    public LogReader logs(Allowed allowed, ContainerId id, LogRequest request) {
        did(allowed, Operation.CONTAINER_LOGS, "logs " + request);
        var entries = new ArrayDeque<>(List.of(
                new LogEntry(CREATED, Stream.STDOUT, "one\n".getBytes(StandardCharsets.UTF_8)),
                new LogEntry(CREATED, Stream.STDERR, "two\n".getBytes(StandardCharsets.UTF_8))));
        return new LogReader() {
            @Override
            public Optional<LogEntry> next() {
                return Optional.ofNullable(entries.poll());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ProcessTable top(Allowed allowed, ContainerId id, String psArgs) {
        did(allowed, Operation.CONTAINER_TOP, "top " + psArgs);
        return new ProcessTable(List.of("PID"), List.of(List.of("42")));
    }

    @Override
    public Stats stats(Allowed allowed, ContainerId id) {
        did(allowed, Operation.CONTAINER_STATS, "stats");
        return new Stats(
                CREATED,
                100,
                60,
                40,
                0,
                0,
                0,
                1000,
                4,
                5,
                OptionalLong.empty(),
                6,
                Map.of("anon", 1L),
                2,
                OptionalLong.of(9),
                List.of(),
                Map.of());
    }

    @Override
    public Pruned prune(Allowed allowed, Predicate<Container> matches) {
        did(allowed, Operation.CONTAINER_PRUNE, "prune");
        return new Pruned(all().stream().filter(matches).map(Container::id).toList(), 5);
    }

    @Override
    public long ownSize(ContainerId id) {
        return 3;
    }

    @Override
    public IdMaps subids(String user) {
        return IdMaps.of(new IdRange(100_000, 65_536));
    }

    @Override
    public long idsOf(Image image) {
        return 1_024;
    }

    @Override
    public List<IdOwner> owners(Allowed allowed, IdKind kind, long hostId) {
        return List.of();
    }

    @Override
    public Map<String, IdRange> agreedIds(Allowed allowed) {
        return Map.of();
    }

    @Override
    public void forgetIds(Allowed allowed, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public HostUser hostUser(Allowed allowed, ContainerId id, String user) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Denial> denials(Allowed allowed) {
        return List.of();
    }

    @Override
    public Recordings recordings() {
        return Recordings.open(Path.of(System.getProperty("java.io.tmpdir"), "fake-recordings"), Clock.systemUTC());
    }

    @Override
    public Ownership ownership() {
        Path state = Path.of(System.getProperty("java.io.tmpdir"), "fake-ownership");
        return Ownership.open(state.resolve("ownership"), state, Clock.systemUTC());
    }

    @Override
    public Change.Outcome undoOwnership(Allowed allowed, String id) {
        did(allowed, Operation.OWNERSHIP_UNDO, "undo ownership");
        return Change.Outcome.NOTHING;
    }

    @Override
    public Posture posture(Allowed allowed, ContainerId id) {
        did(allowed, Operation.POSTURE_READ, "posture");
        return new Posture(
                42,
                List.of("0 100000 65536"),
                List.of(),
                Map.of("CapEff", "0"),
                2,
                1,
                Map.of("x86_64", 290),
                Map.of("x86_64", 0),
                Map.of("x86_64", 0),
                "libseccomp 2.5.4",
                true,
                "",
                Map.of("pid", 1L),
                List.of());
    }

    @Override
    public Exec createExec(Allowed allowed, ContainerId id, ExecSpec spec) {
        did(allowed, Operation.CONTAINER_EXEC, "exec " + spec.command());
        var exec = new Exec("ee", id, spec, false, OptionalInt.empty(), 0);
        execs.put(exec.id(), exec);
        return exec;
    }

    @Override
    public Exec exec(String id) {
        Exec exec = execs.get(id);
        if (exec == null) {
            throw new EngineException(Reason.NOT_FOUND, "No such exec instance: " + id);
        }
        return exec;
    }

    @Override
    public Optional<StdioStream> startExec(Allowed allowed, String execId, boolean attach) {
        did(allowed, Operation.CONTAINER_EXEC, "start exec " + attach);
        return attach ? Optional.of(new Talk(exec(execId).spec().tty())) : Optional.empty();
    }

    @Override
    public void resizeExec(Allowed allowed, String execId, int rows, int columns) {
        did(allowed, Operation.CONTAINER_RESIZE, "resize exec " + rows + "x" + columns);
    }

    @Override
    public void close() {}

    private static final class Talk implements StdioStream {
        private final boolean tty;
        private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(List.of(
                new Chunk(Stream.STDOUT, "out".getBytes(StandardCharsets.UTF_8)),
                new Chunk(Stream.STDERR, "err".getBytes(StandardCharsets.UTF_8))));

        Talk(boolean tty) {
            this.tty = tty;
        }

        @Override
        public boolean tty() {
            return tty;
        }

        @Override
        public Optional<Chunk> read() {
            return Optional.ofNullable(chunks.poll());
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {}

        @Override
        public void closeInput() {}

        @Override
        public void close() {}
    }
}
