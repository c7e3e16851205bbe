package io.bulkhead.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.Gate;
import io.bulkhead.container.Container.Status;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.denial.Denial;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.image.Image;
import io.bulkhead.image.Images;
import io.bulkhead.kernel.Directory;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.Names;
import io.bulkhead.network.Networks;
import io.bulkhead.ownership.Change;
import io.bulkhead.ownership.Ownership;
import io.bulkhead.recording.Recordings;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IoSpec;
import io.bulkhead.spec.Resources;
import io.bulkhead.spec.RestartPolicy;
import io.bulkhead.spec.Signal;
import io.bulkhead.trust.VerifiedImage;
import io.bulkhead.volume.TreeSize;
import io.bulkhead.volume.Volumes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// The containers of this host: the door to the engine's core. It checks that each proof is for what it is used for,
/// finds the container, and hands over to whoever does the work.
public final class Engine implements Containers {

    private final Host host;
    private final Index index;
    private final Creator creator;
    private final Lifecycle lifecycle;
    private final Remover remover;
    private final Restarts restarts;
    private final Execs execs;
    private final Recorders recorders;
    private final Ranges ranges;
    private final Observer observer;
    private final RefusedCalls refused;

    private Engine(
            Host host,
            Index index,
            Creator creator,
            Lifecycle lifecycle,
            Remover remover,
            Restarts restarts,
            Execs execs,
            RefusedCalls refused,
            Recorders recorders,
            Ranges ranges) {
        this.host = host;
        this.index = index;
        this.creator = creator;
        this.lifecycle = lifecycle;
        this.remover = remover;
        this.restarts = restarts;
        this.execs = execs;
        this.refused = refused;
        this.recorders = recorders;
        this.ranges = ranges;
        this.observer = new Observer(host);
    }

    /// Opens the engine: finds its containers in their true state and starts those that a restart policy says so.
    ///
    /// @throws EngineException when what is stored cannot be read; nothing is guessed at
    public static Engine open(
            EngineSettings settings,
            Images images,
            Volumes volumes,
            Networks networks,
            Events events,
            Gate gate,
            Clock clock) {
        EngineDirectories.make(settings);
        // A daemon killed between a container's creation and its beginning could not.
        HostNull.takeBack();
        HostDevices.protect();
        Host host = Host.probe(settings, images, volumes, networks, events, clock);
        ContainerStore store = ContainerStore.open(settings.state().resolve("containers"));
        Ownership ownership = host.ownership();
        Ranges ranges = Ranges.open(settings, range -> volumes.carries(range) || ownership.gave(range));
        var index = new Index();
        var restarts = new Restarts(host, gate);
        var execs = new Execs(host, new SecureRandom());
        var remover = new Remover(host, index, store, ranges, execs, gate);
        var refused = RefusedCalls.open(settings.ids(), index, gate, clock);
        var recorders = new Recorders(
                Recordings.open(settings.state().resolve("recordings"), clock), settings.recording(), refused.watch());
        var endings = new Endings(host, restarts, remover, recorders);
        var lifecycle = new Lifecycle(
                host,
                new Starter(host, index, recorders),
                remover,
                endings,
                restarts,
                new HealthChecks(host, execs, gate));
        var creator = new Creator(host, index, store, ranges);
        var engine = new Engine(host, index, creator, lifecycle, remover, restarts, execs, refused, recorders, ranges);
        engine.recover(store, endings);
        return engine;
    }

    private void recover(ContainerStore store, Endings endings) {
        List<Life> lives = store.all().stream()
                .sorted(Comparator.comparing(stored ->
                        StartNamespaces.joins(stored.definition().spec()).isPresent()))
                .map(stored -> creator.adopt(stored, ranges))
                .toList();
        ranges.excludeRunning();
        Recovery.Found found = new Recovery(host, endings).recover(lives);
        for (Life life : lives) {
            if (!found.adopted().contains(life)) {
                settle(life, found.ended().contains(life));
            }
        }
        remover.removeUnfinished();
        if (!found.adopted().isEmpty()) {
            Map<Path, Integer> monitors = new LeftProcesses(host.settings()).execMonitors();
            found.adopted().forEach(life -> execs.adopt(life, monitors));
        }
        // Last, since whatever is watched may end at any moment from here on.
        found.adopted().forEach(life -> life.run().ifPresent(run -> resume(life, run)));
    }

    private void resume(Life life, Run run) {
        recorders.resume(life, run);
        lifecycle.resume(life, run);
    }

    /// @param ran whether it was running, or about to, when the last daemon ended
    private void settle(Life life, boolean ran) {
        boolean removing = life.progress().status() == Status.REMOVING;
        if (removing || (ran && life.spec().autoRemove())) {
            remover.remove(life, true);
        } else if (Restarts.followsBoot(life, ran)) {
            boolean _ = life.recordIfRoom(life.progress().with(Status.RESTARTING));
            restarts.schedule(life, life.progress());
        } else if (life.progress().status() == Status.RESTARTING) {
            boolean _ = life.recordIfRoom(life.progress().with(Status.EXITED));
        }
    }

    @Override
    public EngineInfo info() {
        return host.info(recorders.method().shown());
    }

    @Override
    public List<Container> all() {
        return index.all().stream()
                .map(Life::snapshot)
                .sorted(Comparator.comparing(Container::created).reversed())
                .toList();
    }

    @Override
    public Container resolve(String idOrName) {
        return index.resolve(idOrName).snapshot();
    }

    @Override
    public Container resolve(String idOrName, Predicate<Target> seen) {
        return index.resolve(idOrName, life -> seen.test(life.spec().target())).snapshot();
    }

    @Override
    public Container get(ContainerId id) {
        return life(id).snapshot();
    }

    private Life life(ContainerId id) {
        return index.resolve(id.value());
    }

    private Life life(Allowed allowed, Operation operation, ContainerId id) {
        allowed.requireFor(operation);
        return life(id);
    }

    @Override
    public Container create(Allowed allowed, VerifiedImage image, ContainerSpec spec) {
        return creator.create(allowed, image, spec).snapshot();
    }

    @Override
    public void start(Allowed allowed, ContainerId id) {
        lifecycle.start(life(allowed, Operation.CONTAINER_START, id));
    }

    @Override
    public void stop(Allowed allowed, ContainerId id, Optional<Signal> signal, Optional<Duration> timeout) {
        lifecycle.stop(life(allowed, Operation.CONTAINER_STOP, id), signal, timeout);
    }

    @Override
    public void restart(Allowed allowed, ContainerId id, Optional<Signal> signal, Optional<Duration> timeout) {
        lifecycle.restart(life(allowed, Operation.CONTAINER_RESTART, id), signal, timeout);
    }

    @Override
    public void kill(Allowed allowed, ContainerId id, Signal signal) {
        lifecycle.kill(life(allowed, Operation.CONTAINER_KILL, id), signal);
    }

    @Override
    public void pause(Allowed allowed, ContainerId id) {
        lifecycle.pause(life(allowed, Operation.CONTAINER_PAUSE, id));
    }

    @Override
    public void unpause(Allowed allowed, ContainerId id) {
        lifecycle.unpause(life(allowed, Operation.CONTAINER_UNPAUSE, id));
    }

    @Override
    public void rename(Allowed allowed, ContainerId id, ContainerName name) {
        creator.rename(life(allowed, Operation.CONTAINER_RENAME, id), name);
    }

    @Override
    public void remove(Allowed allowed, ContainerId id, boolean force, boolean volumes) {
        Life life = life(allowed, Operation.CONTAINER_REMOVE, id);
        while (!removed(life, force, volumes)) {
            lifecycle.killAndWait(life);
        }
    }

    /// @return false when it has to be killed first; somebody may start it again before its turn comes
    private boolean removed(Life life, boolean force, boolean volumes) {
        life.turn().lock();
        try {
            if (force && life.run().isPresent()) {
                return false;
            }
            removeStopped(life, volumes);
            return true;
        } finally {
            life.turn().unlock();
        }
    }

    private void removeStopped(Life life, boolean volumes) {
        if (life.removed()) {
            return;
        }
        if (life.run().isPresent()) {
            throw new EngineException(
                    Reason.CONFLICT,
                    "cannot remove container \"" + life.spec().name() + "\": container is "
                            + life.progress().status().spelling() + ": stop the container before removing or force "
                            + "remove");
        }
        remover.remove(life, volumes);
    }

    @Override
    public void update(Allowed allowed, ContainerId id, Resources resources, RestartPolicy restart) {
        Life life = life(allowed, Operation.CONTAINER_UPDATE, id);
        life.turn().lock();
        try {
            life.requireThere();
            if (life.run().isPresent()) {
                host.cgroup(life).update(resources);
            }
            life.record(life.definition().withSpec(life.spec().withResources(resources, restart)));
        } finally {
            life.turn().unlock();
        }
        Told.event(host, life, "update");
    }

    @Override
    public CompletableFuture<ExitStatus> waitFor(Allowed allowed, ContainerId id, WaitCondition condition) {
        Life life = life(allowed, Operation.CONTAINER_WAIT, id);
        CompletableFuture<ExitStatus> waiter = life.waiters().register(condition);
        Progress now = life.progress();
        boolean done = switch (condition) {
            case NOT_RUNNING -> life.removed() || (life.run().isEmpty() && now.status() != Status.RESTARTING);
            case NEXT_EXIT -> life.removed();
            case REMOVED -> life.removed();
        };
        if (done) {
            waiter.complete(new ExitStatus(now.exitCode(), now.error()));
        }
        return waiter;
    }

    @Override
    public StdioStream attach(Allowed allowed, ContainerId id, AttachRequest request) {
        Life life = life(allowed, Operation.CONTAINER_ATTACH, id);
        StdioStream live = request.stream()
                ? lifecycle.attach(life, input(life.spec().io(), request))
                : PendingStream.ended(life.spec().io().tty());
        Told.event(host, life, "attach");
        if (!request.logs()) {
            return live;
        }
        var everything =
                new LogRequest(request.stdout(), request.stderr(), false, Optional.empty(), Optional.empty(), -1);
        return new ReplayedStream(observer.logs(life, everything), live);
    }

    private static MonitorStream.Input input(IoSpec io, AttachRequest request) {
        if (!io.openStdin()) {
            return MonitorStream.Input.NONE;
        }
        if (request.stdin()) {
            return MonitorStream.Input.WRITE;
        }
        return io.stdinOnce() && !io.tty() ? MonitorStream.Input.WATCH : MonitorStream.Input.NONE;
    }

    @Override
    public void resize(Allowed allowed, ContainerId id, int rows, int columns) {
        Life life = life(allowed, Operation.CONTAINER_RESIZE, id);
        requireRunning(life);
        Terminals.resize(life.bundle(), rows, columns);
    }

    @Override
    public LogReader logs(Allowed allowed, ContainerId id, LogRequest request) {
        return observer.logs(life(allowed, Operation.CONTAINER_LOGS, id), request);
    }

    @Override
    public ProcessTable top(Allowed allowed, ContainerId id, String psArgs) {
        Life life = life(allowed, Operation.CONTAINER_TOP, id);
        requireRunning(life);
        return observer.top(life, psArgs);
    }

    @Override
    public Stats stats(Allowed allowed, ContainerId id) {
        Life life = life(allowed, Operation.CONTAINER_STATS, id);
        return observer.stats(life);
    }

    @Override
    public Pruned prune(Allowed allowed, Predicate<Container> matches) {
        allowed.requireFor(Operation.CONTAINER_PRUNE);
        var removed = new ArrayList<ContainerId>();
        long bytes = 0;
        for (Life life : index.all()) {
            life.turn().lock();
            try {
                if (life.run().isEmpty()
                        && life.progress().status() != Status.RESTARTING
                        && !life.removed()
                        && matches.test(life.snapshot())) {
                    bytes += ownSize(life.id());
                    removeStopped(life, false);
                    removed.add(life.id());
                }
            } finally {
                life.turn().unlock();
            }
        }
        return new Pruned(removed, bytes);
    }

    @Override
    public long ownSize(ContainerId id) {
        Path upper = life(id).storage().resolve("upper");
        if (!Files.exists(upper)) {
            return 0;
        }
        try (Directory directory = Directory.open(upper)) {
            return new TreeSize(directory).bytes();
        }
    }

    @Override
    public Posture posture(Allowed allowed, ContainerId id) {
        Life life = life(allowed, Operation.POSTURE_READ, id);
        return observer.posture(requireRunning(life));
    }

    @Override
    public long idsOf(Image image) {
        return creator.imageIds().count(image);
    }

    @Override
    public IdMaps subids(String user) {
        return SubidFiles.ofHost().of(user);
    }

    @Override
    public List<IdOwner> owners(Allowed allowed, IdKind kind, long hostId) {
        allowed.requireFor(Operation.USERNS_READ);
        return new HostIds(index).owners(kind, hostId);
    }

    @Override
    public HostUser hostUser(Allowed allowed, ContainerId id, String user) {
        allowed.requireFor(Operation.USERNS_READ);
        return new HostIds(index).of(id, user);
    }

    @Override
    public Map<String, IdRange> agreedIds(Allowed allowed) {
        allowed.requireFor(Operation.USERNS_READ);
        var ids = new TreeMap<String, IdRange>();
        ranges.agreed().forEach((key, range) -> ids.put(key.toString(), range));
        return ids;
    }

    @Override
    public void forgetIds(Allowed allowed, String name) {
        allowed.requireFor(Operation.USERNS_FORGET);
        if (!ranges.forget(name)) {
            throw new EngineException(
                    EngineException.Reason.NOT_FOUND, "No ids are agreed on for a container " + Names.shown(name));
        }
    }

    @Override
    public List<Denial> denials(Allowed allowed) {
        allowed.requireFor(Operation.DENIALS_READ);
        return refused.all();
    }

    private static Run requireRunning(Life life) {
        return life.run()
                .orElseThrow(() -> new EngineException(Reason.CONFLICT, "Container " + life.id() + " is not running"));
    }

    @Override
    public Recordings recordings() {
        return recorders.recordings();
    }

    @Override
    public Ownership ownership() {
        return host.ownership();
    }

    @Override
    public Change.Outcome undoOwnership(Allowed allowed, String id) {
        Path tree = host.ownership().path(id);
        for (Container container : all()) {
            boolean uses = container.state().running()
                    && container.mounts().stream()
                            .map(mount -> Path.of(mount.source()))
                            .anyMatch(source ->
                                    source.isAbsolute() && (source.startsWith(tree) || tree.startsWith(source)));
            if (uses) {
                throw new EngineException(
                        Reason.CONFLICT,
                        "change of owners " + id + ": container "
                                + container.spec().name() + " runs with " + tree + " mounted; stop it first");
            }
        }
        return host.ownership().undo(allowed, id);
    }

    @Override
    public Exec createExec(Allowed allowed, ContainerId id, ExecSpec spec) {
        return execs.create(life(allowed, Operation.CONTAINER_EXEC, id), spec);
    }

    @Override
    public Exec exec(String id) {
        return execs.find(id).now();
    }

    @Override
    public Optional<StdioStream> startExec(Allowed allowed, String execId, boolean attach) {
        allowed.requireFor(Operation.CONTAINER_EXEC);
        return execs.start(execId, attach);
    }

    @Override
    public void resizeExec(Allowed allowed, String execId, int rows, int columns) {
        allowed.requireFor(Operation.CONTAINER_RESIZE);
        Terminals.resize(execs.find(execId).directory(), rows, columns);
    }

    @Override
    public void close() {
        try (refused) {
            restarts.close();
            recorders.close();
        }
    }
}
