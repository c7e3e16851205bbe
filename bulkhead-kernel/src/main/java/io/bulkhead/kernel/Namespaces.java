package io.bulkhead.kernel;

import io.bulkhead.idmap.IdMap;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/// User namespaces, and network namespaces that belong to them, made without starting a program.
///
/// They have to exist before the runtime runs: image layers are mapped with the very user namespace the container
/// gets, and a network namespace must be owned by it (one that the host's user namespace owns makes crun bind the
/// host's `/sys` into the container).
public final class Namespaces {

    private Namespaces() {}

    /// The namespaces, held by their descriptors; they vanish when the last user of a descriptor or a process in them
    /// does.
    public record Made(Fd user, Optional<Fd> network) implements AutoCloseable {
        @Override
        public void close() {
            user.close();
            network.ifPresent(Fd::close);
        }
    }

    /// Makes a user namespace with these maps. The network namespace has a loopback device that is down: see
    /// [#setLoopbackUp].
    /// @throws KernelException also if the kernel refuses a map
    public static Made create(IdMap uidMap, IdMap gidMap, boolean withNetwork) {
        try (Arena stack = Arena.ofConfined();
                var process = PausedProcess.start(stack, withNetwork)) {
            process.write("uid_map", uidMap.kernelText());
            process.write("gid_map", gidMap.kernelText());
            Fd user = process.namespace("user");
            try {
                return new Made(user, withNetwork ? Optional.of(process.namespace("net")) : Optional.empty());
            } catch (KernelException failure) {
                user.close();
                throw failure;
            }
        }
    }

    /// Makes a network namespace that belongs to the host's user namespace, for containers that share that.
    public static Fd createNetwork() {
        try (Arena stack = Arena.ofConfined();
                var process = PausedProcess.startWithNetworkOnly(stack)) {
            return process.namespace("net");
        }
    }

    /// Opens a namespace of a running process, for example `net` or `user`. Check with [Pidfd] that `pid` is whom you
    /// mean.
    public static Fd ofProcess(int pid, String kind) {
        return Opening.plain(Path.of("/proc/" + pid + "/ns/" + kind), Sys.O_RDONLY);
    }

    /// Runs `action` in another network namespace: sockets it makes belong there, and `/proc/sys/net` and
    /// `/proc/thread-self/net` are those of there. It runs on a platform thread of its own and must start no thread
    /// and no program: those would begin their life in that namespace.
    public static <T> T inNetwork(Fd network, Supplier<T> action) {
        return NetworkVisit.run(network, action);
    }

    /// A copy of a mount in another mount namespace, attached nowhere, to be attached in this one.
    ///
    /// @param relative its path there, below the root; no link is followed
    public static Fd mountOf(Fd mountNamespace, String relative) {
        return MountVisit.copy(mountNamespace, relative);
    }

    /// Brings `lo` up in a network namespace: nobody else does when a runtime joins one by path.
    public static void setLoopbackUp(Fd network) {
        Loopback.up(network);
    }
}
