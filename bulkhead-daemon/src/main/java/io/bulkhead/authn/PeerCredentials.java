package io.bulkhead.authn;

import io.bulkhead.access.Caller;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The identity of a unix socket's peer: uid, gid and groups as the kernel noted them when it connected. Whatever
/// the peer did since, and whatever process has its pid now, these stay.
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
    public Caller caller(int descriptor) throws IOException {
        try {
            UnixPeer peer = UnixPeer.of(descriptor);
            OptionalInt pid = peer.pid() > 0 ? OptionalInt.of(peer.pid()) : OptionalInt.empty();
            return new Caller.UnixUser(peer.uid(), peer.gid(), peer.groups(), pid, loginUid(pid));
        } catch (KernelException | IllegalArgumentException unknown) {
            throw new IOException("the peer has no identity: " + unknown.getMessage(), unknown);
        }
    }

    /// A note for the record and never part of a decision: the pid may belong to another process by now.
    private OptionalLong loginUid(OptionalInt pid) {
        if (pid.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            String text = Files.readString(
                    proc.resolve(Integer.toString(pid.getAsInt())).resolve("loginuid"));
            long uid = Long.parseLong(text.strip());
            return uid >= 0 && uid < NO_LOGIN ? OptionalLong.of(uid) : OptionalLong.empty();
        } catch (IOException | NumberFormatException unknown) {
            return OptionalLong.empty();
        }
    }
}
