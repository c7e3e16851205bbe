package io.bulkhead.container;

import io.bulkhead.bundle.Undo;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileStat;
import io.bulkhead.kernel.Namespaces;
import io.bulkhead.name.ContainerId;
import io.bulkhead.runtime.NetworkInside;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.NetworkSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The namespaces a start needs before the runtime runs, held until it has made the container. Closing lets go of them;
/// they live on with the container.
///
/// A container that joins another's namespace joins its user namespace too: what belongs to a foreign user namespace
/// cannot be used from another one, and a runtime that tries falls back to showing the host's `/sys`.
final class StartNamespaces implements AutoCloseable {

    private final Undo held = new Undo();
    private Optional<Fd> user = Optional.empty();
    private Optional<Fd> network = Optional.empty();
    private Optional<Fd> sharedMemory = Optional.empty();
    private final Map<String, String> joined = new HashMap<>();

    private StartNamespaces() {}

    static StartNamespaces make(ContainerSpec spec, Optional<IdMaps> maps, Index index) {
        var made = new StartNamespaces();
        try {
            made.join(spec, maps, index);
            made.create(spec, maps);
            return made;
        } catch (RuntimeException failure) {
            made.held.unwind(failure);
            throw failure;
        }
    }

    /// The container whose namespaces `spec` joins, if it joins any.
    static Optional<ContainerId> joins(ContainerSpec spec) {
        var isolation = spec.isolation();
        for (NamespaceMode mode :
                java.util.List.of(isolation.pid(), isolation.ipc(), isolation.uts(), isolation.cgroup())) {
            if (mode instanceof NamespaceMode.Container(String id)) {
                return Optional.of(new ContainerId(id));
            }
        }
        return spec.network().mode() instanceof NetworkSpec.Mode.Container(String id)
                ? Optional.of(new ContainerId(id))
                : Optional.empty();
    }

    private void join(ContainerSpec spec, Optional<IdMaps> maps, Index index) {
        Optional<ContainerId> other = joins(spec);
        if (other.isPresent() && maps.isPresent()) {
            int process = runningProcess(other.get().value(), index);
            user = Optional.of(held(Namespaces.ofProcess(process, "user")));
        }
        var isolation = spec.isolation();
        join(isolation.pid(), "pid", index);
        join(isolation.ipc(), "ipc", index);
        if (isolation.ipc() instanceof NamespaceMode.Container(String id)) {
            sharedMemory = Optional.of(held(sharedMemory(runningProcess(id, index))));
        }
        join(isolation.uts(), "uts", index);
        join(isolation.cgroup(), "cgroup", index);
        if (spec.network().mode() instanceof NetworkSpec.Mode.Container(String id)) {
            requireSameUsers(id, index);
            network = Optional.of(held(Namespaces.ofProcess(runningProcess(id, index), "net")));
        }
    }

    private void join(NamespaceMode mode, String kind, Index index) {
        if (mode instanceof NamespaceMode.Container(String id)) {
            requireSameUsers(id, index);
            joined.put(
                    kind,
                    held(Namespaces.ofProcess(runningProcess(id, index), kind)).path());
        }
    }

    /// POSIX shared memory and semaphores are files there, and belong to what is shared with the namespace.
    private static Fd sharedMemory(int process) {
        try (Fd mounts = Namespaces.ofProcess(process, "mnt")) {
            return Namespaces.mountOf(mounts, "dev/shm");
        }
    }

    /// Containers that lived in one user namespace do not any more when the one that had it was started again.
    private void requireSameUsers(String id, Index index) {
        if (user.isEmpty()) {
            return;
        }
        try (Fd theirs = Namespaces.ofProcess(runningProcess(id, index), "user")) {
            if (FileStat.of(theirs).inode() != FileStat.of(user.get()).inode()) {
                throw new EngineException(
                        Reason.CONFLICT,
                        "user namespace: the containers whose namespaces this one joins have been started with one "
                                + "each since it was made: restart those that joined " + id + " themselves");
            }
        }
    }

    /// The run's pidfd is open, so the number still is its process: what was opened by it is asked again.
    private static int runningProcess(String id, Index index) {
        Life other = index.resolve(id);
        Run run = other.run()
                .orElseThrow(() -> new EngineException(
                        Reason.CONFLICT, "cannot join the namespaces of a non running container: " + id));
        return run.processes().process();
    }

    private void create(ContainerSpec spec, Optional<IdMaps> maps) {
        boolean ownNetwork = network.isEmpty() && !(spec.network().mode() instanceof NetworkSpec.Mode.Host);
        if (maps.isPresent() && user.isEmpty()) {
            Namespaces.Made made =
                    Namespaces.create(maps.get().users(), maps.get().groups(), ownNetwork);
            held.add(made::close);
            user = Optional.of(made.user());
            network = network.or(made::network);
        } else if (ownNetwork && user.isPresent()) {
            network = Optional.of(held(NetworkInside.of(user.get())));
        } else if (ownNetwork) {
            network = Optional.of(held(Namespaces.createNetwork()));
        }
        if (ownNetwork) {
            network.ifPresent(Namespaces::setLoopbackUp);
        }
    }

    private Fd held(Fd fd) {
        held.add(fd::close);
        return fd;
    }

    Optional<Fd> user() {
        return user;
    }

    Optional<Fd> network() {
        return network;
    }

    /// The `/dev/shm` of the container whose namespace is joined.
    Optional<Fd> sharedMemory() {
        return sharedMemory;
    }

    /// Kind and path of the namespaces of other containers.
    Map<String, String> joined() {
        return joined;
    }

    @Override
    public void close() {
        held.close();
    }
}
