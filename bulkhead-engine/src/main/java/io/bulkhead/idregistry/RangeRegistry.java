package io.bulkhead.idregistry;

import io.bulkhead.idmap.IdRange;
import java.util.Map;

/// Which container has which range, wherever it runs.
public interface RangeRegistry {

    /// All that may be given.
    IdRange whole();

    /// The container's range: the one it was given before, on whatever host, or a new one that no other has. It is
    /// agreed on when this returns.
    ///
    /// @param count how many ids
    /// @throws RegistryException CONFLICT if it has a range of another size; EXHAUSTED; UNAVAILABLE
    IdRange claim(Key key, long count);

    /// Every range that was given.
    Map<Key, IdRange> all();

    /// Takes a container's range back, for another to have. Files that carry its ids are then that one's.
    ///
    /// @return false when it has none
    boolean forget(Key key);
}
