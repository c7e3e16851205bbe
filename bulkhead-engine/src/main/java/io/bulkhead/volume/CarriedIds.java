package io.bulkhead.volume;

import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdRange;

/// Host ids that files of a volume may belong to, and what they were inside the container that wrote them.
public record CarriedIds(IdMap users, IdMap groups) {

    public boolean overlaps(IdRange range) {
        return overlaps(users, range) || overlaps(groups, range);
    }

    private static boolean overlaps(IdMap map, IdRange range) {
        return map.lines().stream().anyMatch(line -> line.outsideRange().overlaps(range));
    }
}
