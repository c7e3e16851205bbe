package io.bulkhead.idmap;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Hands out ranges of host ids that never overlap each other or anything reserved. Pure: the caller records what was
/// handed out before using it and reserves it again after a restart. Safe for use by several threads; every method
/// holds the pool's own lock and does no I/O.
///
/// A range that was given back is used again last, so that files it left behind on a volume do not soon belong to
/// somebody else.
public final class RangePool {

    private final IdRange whole;

    /// Handed out, each to one holder, by their first id.
    private final NavigableMap<Long, IdRange> given = new TreeMap<>();

    /// Somebody else's, by their first id; what overlaps is one.
    private final NavigableMap<Long, IdRange> foreign = new TreeMap<>();

    /// Named by whoever uses them, how often: two may name the same.
    private final Map<IdRange, Integer> named = new HashMap<>();

    private long next;

    /// @param whole the ids this pool may hand out
    public RangePool(IdRange whole) {
        this.whole = whole;
        this.next = whole.first();
    }

    /// Takes a free range of `count` ids; empty when there is none.
    public synchronized Optional<IdRange> allocate(long count) {
        Optional<IdRange> found = firstFree(next, whole.last(), count);
        if (found.isEmpty()) {
            found = firstFree(whole.first(), whole.last(), count);
        }
        found.ifPresent(range -> {
            given.put(range.first(), range);
            next = range.last() + 1;
        });
        return found;
    }

    /// Takes this very range: one recorded before a restart.
    ///
    /// @return false when some of it is not free
    public synchronized boolean reserve(IdRange range) {
        if (obstacle(range).isPresent()) {
            return false;
        }
        given.put(range.first(), range);
        return true;
    }

    /// Keeps ids from being handed out whoever else has them: for the ids of `/etc/subuid` and of processes, which may
    /// overlap each other.
    public synchronized void exclude(IdRange range) {
        long first = range.first();
        long last = range.last();
        for (Optional<IdRange> other = overlapping(foreign, new IdRange(first, last - first + 1));
                other.isPresent();
                other = overlapping(foreign, new IdRange(first, last - first + 1))) {
            foreign.remove(other.get().first());
            first = Math.min(first, other.get().first());
            last = Math.max(last, other.get().last());
        }
        foreign.put(first, new IdRange(first, last - first + 1));
    }

    /// Keeps ids from being handed out while somebody uses them by number. Whoever else they belong to is theirs to
    /// know, unless they were handed out here.
    ///
    /// @return false when some of them were
    public synchronized boolean hold(IdRange range) {
        if (overlapping(given, range).isPresent()) {
            return false;
        }
        named.merge(range, 1, Integer::sum);
        return true;
    }

    /// One user less of ids that were held.
    ///
    /// @throws IllegalArgumentException when they are not
    public synchronized void letGo(IdRange range) {
        if (!named.containsKey(range)) {
            throw new IllegalArgumentException("range " + range + " is not held");
        }
        named.computeIfPresent(range, (_, count) -> count > 1 ? count - 1 : null);
    }

    /// Gives a range back.
    ///
    /// @throws IllegalArgumentException when exactly this range is not taken: freeing others' ids is a mistake
    public synchronized void release(IdRange range) {
        if (!given.remove(range.first(), range)) {
            throw new IllegalArgumentException("range " + range + " is not taken");
        }
    }

    /// Whether all of `range` lies within one that is handed out, or is somebody else's already.
    public synchronized boolean covers(IdRange range) {
        return covers(given, range) || covers(foreign, range);
    }

    private static boolean covers(NavigableMap<Long, IdRange> ranges, IdRange range) {
        Map.Entry<Long, IdRange> before = ranges.floorEntry(range.first());
        return before != null && before.getValue().last() >= range.last();
    }

    public synchronized boolean isTaken(IdRange range) {
        return range.equals(given.get(range.first()));
    }

    private Optional<IdRange> firstFree(long from, long to, long count) {
        long candidate = from;
        while (count <= to - candidate + 1) {
            Optional<IdRange> obstacle = obstacle(new IdRange(candidate, count));
            if (obstacle.isEmpty()) {
                return Optional.of(new IdRange(candidate, count));
            }
            candidate = obstacle.get().last() + 1;
        }
        return Optional.empty();
    }

    /// Somebody's ids among `range`.
    private Optional<IdRange> obstacle(IdRange range) {
        return overlapping(given, range)
                .or(() -> overlapping(foreign, range))
                .or(() -> named.keySet().stream().filter(range::overlaps).findFirst());
    }

    private static Optional<IdRange> overlapping(NavigableMap<Long, IdRange> ranges, IdRange range) {
        Map.Entry<Long, IdRange> before = ranges.floorEntry(range.last());
        return before != null && before.getValue().overlaps(range) ? Optional.of(before.getValue()) : Optional.empty();
    }
}
