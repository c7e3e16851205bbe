package io.bulkhead.volume;

import io.bulkhead.access.Allowed;
import io.bulkhead.idmap.IdRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The volumes of this engine. Failures are a [VolumeException].
public interface Volumes {

    List<Volume> all();

    Optional<Volume> find(String name);

    /// Makes it, or returns the one that has this name. The proof may be one for `volume.create` or for
    /// `container.create`.
    Volume create(
            Allowed allowed,
            String name,
            String driver,
            Map<String, String> options,
            Map<String, String> labels,
            boolean anonymous);

    /// @param users names of containers that use it: then it is not removed
    void remove(Allowed allowed, String name, boolean force, List<String> users);

    /// Removes volumes nobody uses and that match.
    ///
    /// @return their names and the bytes freed
    Pruned prune(Allowed allowed, Predicate<Volume> unusedAndMatching);

    /// Remembers whose host ids the files of a volume may belong to. It is on disk when this returns: first the
    /// ids, then the files.
    ///
    /// @throws VolumeException NOT_FOUND
    void carry(String name, List<CarriedIds> ids);

    /// Whether files of some known volume may belong to host ids of this range: then nobody else may get them.
    boolean carries(IdRange range);

    long size(Volume volume);

    record Pruned(List<String> names, long bytes) {
        public Pruned {
            names = List.copyOf(names);
        }
    }
}
