package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.name.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;

/// The engine's directories and their modes.
///
/// What survives a boot is closed to everybody but root. What does not can be walked through, but not listed: the
/// runtime mounts there as container root, who is nobody on the host. There is nothing in it but sockets and mount
/// points, each closed itself.
final class EngineDirectories {

    private EngineDirectories() {}

    static void make(EngineSettings settings) {
        make(settings.state(), "rwx------");
        make(settings.run(), "rwx--x--x");
        make(containers(settings.run()), "rwx--x--x");
        make(settings.run().resolve("oci"), "rwx------");
    }

    private static void make(Path directory, String mode) {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
        } catch (IOException failure) {
            throw new EngineException(Reason.STORAGE, directory + " cannot be made: " + failure, failure);
        }
    }

    static Path containers(Path run) {
        return run.resolve("containers");
    }

    /// Never follows a link; nothing there is fine.
    static void removeTree(Path directory) {
        Path name = directory.getFileName();
        try (Directory parent =
                Directory.open(directory.toAbsolutePath().resolve("..").normalize())) {
            parent.removeTree(name.toString());
        }
    }

    /// Removes the run directories of containers that do not run.
    static void sweep(Path run, Collection<ContainerId> alive) {
        try (Directory containers = Directory.open(containers(run))) {
            for (String name : containers.list()) {
                if (alive.stream().noneMatch(id -> id.value().equals(name))) {
                    containers.removeTree(name);
                }
            }
        }
    }
}
