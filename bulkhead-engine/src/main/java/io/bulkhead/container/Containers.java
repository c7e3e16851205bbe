package io.bulkhead.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Target;
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
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// The containers of this engine. Methods block until done unless they return a future; every failure is an
/// [EngineException] that names the container.
public interface Containers extends AutoCloseable {

    EngineInfo info();

    /// All containers, newest first.
    List<Container> all();

    /// By full id, then by name, then by unambiguous id prefix, as Docker resolves them.
    ///
    /// @throws EngineException NOT_FOUND (`No such container: x`), or INVALID for an ambiguous prefix
    Container resolve(String idOrName);

    /// As if there were only the containers that `seen` accepts.
    ///
    /// @throws EngineException as [#resolve(String)]
    Container resolve(String idOrName, Predicate<Target> seen);

    Container get(ContainerId id);

    /// @return the container and warnings for the caller
    /// @throws EngineException CONFLICT when the name is taken
    Container create(Allowed allowed, VerifiedImage image, ContainerSpec spec);

    void start(Allowed allowed, ContainerId id);

    /// @param timeout negative waits for ever; absent uses the container's own
    void stop(Allowed allowed, ContainerId id, Optional<Signal> signal, Optional<Duration> timeout);

    void restart(Allowed allowed, ContainerId id, Optional<Signal> signal, Optional<Duration> timeout);

    void kill(Allowed allowed, ContainerId id, Signal signal);

    void pause(Allowed allowed, ContainerId id);

    void unpause(Allowed allowed, ContainerId id);

    void rename(Allowed allowed, ContainerId id, ContainerName name);

    /// @param force kill it first if it runs
    /// @param volumes remove its anonymous volumes too
    void remove(Allowed allowed, ContainerId id, boolean force, boolean volumes);

    /// New limits for a container, running or not.
    void update(Allowed allowed, ContainerId id, Resources resources, RestartPolicy restart);

    /// Completes when the condition holds. Registered before this returns, so nothing can be missed between.
    CompletableFuture<ExitStatus> waitFor(Allowed allowed, ContainerId id, WaitCondition condition);

    enum WaitCondition {
        /// Completes at once for a container that does not run.
        NOT_RUNNING,
        NEXT_EXIT,
        REMOVED
    }

    /// @param error why the container failed to start or be waited for, or empty
    record ExitStatus(int code, String error) {}

    /// Connects to the standard streams. For a container that does not run yet the stream starts with it; nothing is
    /// lost between.
    StdioStream attach(Allowed allowed, ContainerId id, AttachRequest request);

    /// @param logs first replay what was logged so far
    /// @param stream then follow
    record AttachRequest(boolean stdin, boolean stdout, boolean stderr, boolean logs, boolean stream) {}

    void resize(Allowed allowed, ContainerId id, int rows, int columns);

    LogReader logs(Allowed allowed, ContainerId id, LogRequest request);

    /// @param tail the last lines only; negative for all
    record LogRequest(
            boolean stdout,
            boolean stderr,
            boolean follow,
            Optional<Instant> since,
            Optional<Instant> until,
            int tail) {}

    /// The log as entries, oldest first.
    interface LogReader extends Closeable {

        /// The next entry, waiting for it when following; empty at the end, or after [#close()].
        Optional<LogEntry> next();

        @Override
        void close();
    }

    /// One write of the container, up to and including its newline if it had one.
    record LogEntry(Instant time, Stream stream, byte[] bytes) {}

    enum Stream {
        STDOUT,
        STDERR
    }

    /// @param psArgs as for ps(1), `-ef` if empty
    ProcessTable top(Allowed allowed, ContainerId id, String psArgs);

    record ProcessTable(List<String> titles, List<List<String>> processes) {
        public ProcessTable {
            titles = List.copyOf(titles);
            processes = List.copyOf(processes);
        }
    }

    /// One reading of the container's counters.
    Stats stats(Allowed allowed, ContainerId id);

    /// Removes containers that do not run and match.
    ///
    /// @return their ids and the bytes freed
    Pruned prune(Allowed allowed, Predicate<Container> matches);

    record Pruned(List<ContainerId> removed, long bytes) {
        public Pruned {
            removed = List.copyOf(removed);
        }
    }

    /// Bytes of the container's own layer.
    long ownSize(ContainerId id);

    /// What is really in force, read from the kernel: filter, capabilities, maps, mounts.
    Posture posture(Allowed allowed, ContainerId id);

    /// How many ids a container of the image needs for all its files, users and groups to be somebody.
    long idsOf(Image image);

    /// The ids that `/etc/subuid` and `/etc/subgid` give to a user of the host, from 0 inside.
    ///
    /// @throws EngineException INVALID for somebody they give none
    IdMaps subids(String user);

    /// The containers that have a host id, and who it is in each.
    List<IdOwner> owners(Allowed allowed, IdKind kind, long hostId);

    enum IdKind {
        USER,
        GROUP
    }

    /// @param inside the id as the container sees it
    /// @param name what the container calls it, if it runs and has a name for it
    record IdOwner(Container container, long inside, Optional<String> name) {}

    /// Who a user of a running container is on the host.
    ///
    /// @param user `name`, `uid` or either with `:group`, as `--user` takes it
    HostUser hostUser(Allowed allowed, ContainerId id, String user);

    /// The ranges that hosts agreed on for containers of mode `static`, by `tenant/name`.
    ///
    /// @throws EngineException INVALID where no registry is set, STORAGE where it cannot be read
    Map<String, IdRange> agreedIds(Allowed allowed);

    /// Gives the range of a name of this host's tenant back, for another name to have.
    ///
    /// @throws EngineException NOT_FOUND when it has none
    void forgetIds(Allowed allowed, String name);

    record HostUser(long uid, long gid, long hostUid, long hostGid) {}

    /// The system calls that filters refused since the engine started, oldest first; those of removed containers
    /// too.
    ///
    /// @throws EngineException UNSUPPORTED where the kernel does not tell
    List<Denial> denials(Allowed allowed);

    /// What containers were recorded to call.
    Recordings recordings();

    /// Changes of owners that mounts asked for.
    Ownership ownership();

    /// Gives the files of such a change back to whom they belonged.
    ///
    /// @throws EngineException CONFLICT while a container that runs has the tree mounted
    Change.Outcome undoOwnership(Allowed allowed, String id);

    Exec createExec(Allowed allowed, ContainerId id, ExecSpec spec);

    /// @throws EngineException NOT_FOUND
    Exec exec(String id);

    /// Starts it; with `attach` its streams are returned, otherwise it runs on its own.
    Optional<StdioStream> startExec(Allowed allowed, String execId, boolean attach);

    void resizeExec(Allowed allowed, String execId, int rows, int columns);

    /// Stops watching; the containers go on.
    @Override
    void close();
}
