package io.bulkhead.bundle;

import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.MountFlag;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.kernel.Propagation;
import java.nio.file.Path;
import java.util.EnumSet;

/// The `/dev/shm` of another container, attached beside the root file system for the runtime to bind.
final class SharedMemory {

    private static final int PRIVATE_MODE = 0700;

    private SharedMemory() {}

    static Path place(BundleRequest request) {
        return request.directory().resolve("shm");
    }

    static void attach(BundleRequest request, Undo undo) {
        if (request.sharedMemory().isEmpty()) {
            return;
        }
        Fd tree = request.sharedMemory().get();
        Mounts.restrict(tree, EnumSet.of(MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_EXEC));
        Mounts.setPropagation(tree, Propagation.PRIVATE);
        BundleDirectory.make(place(request), PRIVATE_MODE, undo);
        Mounts.attach(tree, place(request));
        undo.add(() -> Mounts.detach(place(request)));
    }
}
