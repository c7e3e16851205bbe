package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.kernel.MountFlag;
import io.bulkhead.kernel.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The host's device nodes that a runtime binds into every container with a user namespace. Where the host's root is
/// somebody in there (`identity`, a map with 0), that somebody owns them, and could change their mode for the whole
/// host. So they are mounts that cannot be written, in the mount namespace runtimes are started from: what is copied
/// into a user namespace's stays so, whatever powers the container has. Reading from and writing to a device is no
/// write
/// to its node.
final class HostDevices {

    private static final List<String> BOUND = List.of("null", "zero", "full", "tty", "random", "urandom");

    private HostDevices() {}

    /// Nothing in a mount namespace that is the host's too: there it would be for all programs, and for good.
    static void protect() {
        Set<String> own = mounts("self");
        if (mounts("1").stream().anyMatch(own::contains)) {
            return;
        }
        BOUND.stream().map(Path.of("/dev")::resolve).filter(Files::exists).forEach(device -> {
            Mounts.bind(device, device, false);
            Mounts.remount(device, EnumSet.of(MountFlag.READ_ONLY, MountFlag.NO_SUID, MountFlag.NO_EXEC));
        });
    }

    /// The ids of a process's mounts. No two namespaces have one in common; the name of the first process's namespace
    /// is not told to everybody who may mount.
    private static Set<String> mounts(String process) {
        Path file = Path.of("/proc", process, "mountinfo");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.substring(0, line.indexOf(' '))).collect(Collectors.toSet());
        } catch (IOException failure) {
            throw new EngineException(Reason.RUNTIME_FAILED, file + ": " + failure, failure);
        }
    }
}
