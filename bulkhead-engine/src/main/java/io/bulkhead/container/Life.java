package io.bulkhead.container;

import io.bulkhead.container.Container.Health;
import io.bulkhead.container.Container.HostFiles;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.name.ContainerId;
import io.bulkhead.spec.ContainerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One container through its life.
///
/// Whoever starts it, ends it or changes what it is takes its turn ([#turn]) for as long as that takes, I/O included:
/// one container does one thing at a time, others go on. Reading never waits; what is read is stored already. Waiting
/// for an end must happen outside the turn, since ending needs it.
final class Life {

    private static final System.Logger LOG = System.getLogger(Life.class.getName());

    private final ContainerId id;
    private final ContainerStore store;
    private final Path runDirectory;
    private final ReentrantLock turn = new ReentrantLock();
    private final Waiters waiters = new Waiters();
    private final List<PendingStream> pending = new ArrayList<>();
    private final Map<String, ExecLife> execs = new ConcurrentHashMap<>();
    private final Set<LogFile> followers = ConcurrentHashMap.newKeySet();
    private volatile Definition definition;
    private volatile Progress progress;
    private volatile Optional<Run> run = Optional.empty();
    private volatile Optional<Health> health = Optional.empty();
    private volatile boolean removed;

    /// @param runDirectory what a boot clears: the bundle, sockets, execs
    Life(ContainerId id, ContainerStore store, Path runDirectory, Definition definition, Progress progress) {
        this.id = id;
        this.store = store;
        this.runDirectory = runDirectory;
        this.definition = definition;
        this.progress = progress;
    }

    ContainerId id() {
        return id;
    }

    ReentrantLock turn() {
        return turn;
    }

    Definition definition() {
        return definition;
    }

    ContainerSpec spec() {
        return definition.spec();
    }

    Optional<IdMaps> idMaps() {
        return definition.maps();
    }

    Progress progress() {
        return progress;
    }

    /// Stores, then shows.
    void record(Definition next) {
        store.write(id, next);
        definition = next;
    }

    void record(Progress next) {
        store.write(id, next);
        progress = next;
    }

    /// As [#record], but on a full disk shows only: what the daemon finds when it starts, the next one finds again.
    ///
    /// @return whether it is stored
    boolean recordIfRoom(Progress next) {
        try {
            record(next);
            return true;
        } catch (EngineException unstored) {
            if (unstored.reason() != EngineException.Reason.STORAGE_FULL) {
                throw unstored;
            }
            LOG.log(System.Logger.Level.ERROR, "container=" + id + " its state could not be stored", unstored);
            progress = next;
            return false;
        }
    }

    /// Shows without storing: for what is stored when it has happened.
    void show(Progress next) {
        progress = next;
    }

    Optional<Run> run() {
        return run;
    }

    /// Whoever follows the log of a run that is over learns it at once.
    void runs(Optional<Run> now) {
        run = now;
        if (now.isEmpty()) {
            followers.forEach(LogFile::wake);
        }
    }

    /// Readers that wait for what the container writes next.
    Set<LogFile> followers() {
        return followers;
    }

    Waiters waiters() {
        return waiters;
    }

    Map<String, ExecLife> execs() {
        return execs;
    }

    Optional<Health> health() {
        return health;
    }

    void health(Optional<Health> now) {
        health = now;
    }

    boolean removed() {
        return removed;
    }

    /// Whoever waited for the turn may have waited for the removal.
    void requireThere() {
        if (removed) {
            throw new EngineException(EngineException.Reason.NOT_FOUND, "No such container: " + id);
        }
    }

    void markRemoved() {
        removed = true;
    }

    /// A client that attached before the start.
    void await(PendingStream stream) {
        synchronized (pending) {
            pending.add(stream);
        }
    }

    List<PendingStream> takePending() {
        synchronized (pending) {
            List<PendingStream> taken = List.copyOf(pending);
            pending.clear();
            return taken;
        }
    }

    /// Survives a boot: the writable layer, the log.
    Path storage() {
        return store.directory(id);
    }

    Path log() {
        return storage().resolve("container.log");
    }

    Path bundle() {
        return runDirectory;
    }

    Path exitDirectory() {
        return runDirectory.resolve("exit");
    }

    Path attachSocket() {
        return runDirectory.resolve("attach");
    }

    Container snapshot() {
        Definition of = definition;
        Progress at = progress;
        var warnings = new ArrayList<>(of.warnings());
        warnings.addAll(at.warnings());
        return new Container(
                of.spec(),
                of.created(),
                of.maps(),
                at.state(),
                at.restartCount(),
                health,
                at.network(),
                at.mounts(),
                runDirectory,
                log(),
                new HostFiles(
                        storage().resolve("hostname"),
                        storage().resolve("hosts"),
                        storage().resolve("resolv.conf")),
                warnings,
                Execs.running(this));
    }
}
