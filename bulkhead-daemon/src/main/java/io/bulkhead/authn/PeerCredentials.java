package io.bulkhead.authn;

import io.bulkhead.access.Caller;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The identity of a unix socket's peer: uid, gid and groups as the kernel noted them when it connected. Whatever
/// the peer did since, and whatever process has its pid now, these stay.
///
/// The ids are those of this process's user namespace. A process in a container is the id it has outside; one whose
/// id has none here is the kernel's overflow id, 65534, and nobody more (user_namespaces(7)).
public final class PeerCredentials {

    /// `(uid_t) -1`: no login uid was set, as for services (proc_pid_loginuid(5)).
    private static final long NO_LOGIN = 0xFFFF_FFFFL;

    private final Path proc;

    /// @param proc where the process file system is, `/proc`
    public PeerCredentials(Path proc) {
        this.proc = proc;
    }

    /// @param descriptor a connected unix socket
    /// @throws IOException when the kernel does not say who is there
    public Caller.UnixUser caller(int descriptor) throws IOException {
        try {
            UnixPeer peer = UnixPeer.of(descriptor);
            OptionalInt pid = peer.pid() > 0 ? OptionalInt.of(peer.pid()) : OptionalInt.empty();
            OptionalLong login = loginUid(pid);
            Optional<String> executable = executable(pid);
            // Asked last: what was read was the peer's if it still runs now, and may be another's if it does not.
            return UnixPeer.runs(descriptor)
                    ? new Caller.UnixUser(peer.uid(), peer.gid(), peer.groups(), pid, login, executable)
                    : new Caller.UnixUser(peer.uid(), peer.gid(), peer.groups(), pid, OptionalLong.empty());
        } catch (KernelException | IllegalArgumentException unknown) {
            throw new IOException("the peer has no identity: " + unknown.getMessage(), unknown);
        }
    }

    /// A note for the record and never part of a decision.
    private OptionalLong loginUid(OptionalInt pid) {
        if (pid.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long uid = Long.parseLong(Files.readString(process(pid.getAsInt()).resolve("loginuid"))
                    .strip());
            return uid >= 0 && uid < NO_LOGIN ? OptionalLong.of(uid) : OptionalLong.empty();
        } catch (IOException | NumberFormatException unknown) {
            return OptionalLong.empty();
        }
    }

    /// The same. It can lie: anybody runs any program they can read and has it do what they like, the path is one of
    /// the process's own mounts, and prctl(2) lets root of a user namespace write another one there.
    private Optional<String> executable(OptionalInt pid) {
        if (pid.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readSymbolicLink(process(pid.getAsInt()).resolve("exe"))
                    .toString());
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private Path process(int pid) {
        return proc.resolve(Integer.toString(pid));
    }
}
