package io.bulkhead.bundle;

import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.Mounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The image copied once for one container, every file owned by the host id that its owner is in the container. The
/// kernel merges the layers, so whiteouts mean what they mean everywhere else.
final class ShiftedCopy {

    private static final String DONE = "shifted";
    private static final String PARTIAL = "shifted.partial";

    private final BundleRequest request;
    private final Directory storage;
    private final IdMaps maps;

    ShiftedCopy(BundleRequest request, Directory storage, IdMaps maps) {
        this.request = request;
        this.storage = storage;
        this.maps = maps;
    }

    /// Makes it, or finds the one a former start made: it is there under its name only when it is whole.
    Directory make() {
        if (!storage.exists(DONE)) {
            storage.removeTree(PARTIAL);
            storage.makeDirectory(PARTIAL, 0700);
            copyMerged();
            storage.rename(PARTIAL, DONE);
        }
        return storage.beneath(DONE, Links.REFUSE);
    }

    private void copyMerged() {
        try (Undo merged = new Undo();
                Directory to = storage.beneath(PARTIAL, Links.REFUSE)) {
            Path view = request.directory().resolve("merged");
            BundleDirectory.make(view, 0700, merged);
            Path second = request.directory().resolve("nothing");
            BundleDirectory.make(second, 0700, merged);
            List<Path> lowers = new ArrayList<>(request.layers().reversed());
            lowers.add(second);
            Mounts.overlayReadOnly(lowers, view, "");
            merged.add(() -> Mounts.detach(view));
            try (Directory from = Directory.open(view)) {
                TreeCopy.outward(maps).copy(from, to);
            }
        }
    }
}
