package io.bulkhead.kernel;

import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdRange;
import java.nio.file.Path;

/// Tries an idmapped mount that is attached nowhere and dropped at once.
final class IdmapProbe {

    /// Any ids do: nothing is created with them.
    private static final IdMap SOME_MAP = IdMap.of(new IdRange(100_000, 65_536));

    private IdmapProbe() {}

    /// @throws KernelException if the directory cannot be opened
    static boolean supported(Path directory) {
        try (Fd source = Opening.pin(directory);
                Namespaces.Made namespaces = Namespaces.create(SOME_MAP, SOME_MAP, false)) {
            return tried(source, namespaces.user());
        }
    }

    static boolean tried(Fd source, Fd userNamespace) {
        try (Fd clone = Mounts.idmappedClone(source, userNamespace, true)) {
            return clone.number() >= 0;
        } catch (KernelException refused) {
            return false;
        }
    }
}
