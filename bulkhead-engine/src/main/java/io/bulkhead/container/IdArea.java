package io.bulkhead.container;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.RangePool;

/// Ids that are given to containers, kept apart from everybody else's on this host.
///
/// @param whole all of them
record IdArea(IdRange whole, RangePool pool, ForeignIds foreign) {

    /// @throws EngineException if a file that says whose ids are whose cannot be read: then none can be given
    static IdArea open(IdRange whole) {
        var pool = new RangePool(whole);
        var foreign = ForeignIds.of(whole, pool);
        foreign.readFiles();
        return new IdArea(whole, pool, foreign);
    }

    boolean has(IdRange range) {
        return whole.first() <= range.first() && range.last() <= whole.last();
    }
}
