package io.bulkhead.idmap;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Hands out ranges of host ids that never overlap each other or anything reserved. Pure: the caller records what was
/// handed out before using it and reserves it again after a restart. Safe for use by several threads; every method
/// holds
/// the pool's own lock and does no I/O.
///
/// A range that was given back is used again last, so that files it left behind on a volume do not soon belong to
/// somebody else.
public final class RangePool {

    private final IdRange whole;
    private final TreeMap<Long, IdRange> taken = new TreeMap<>();
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
            taken.put(range.first(), range);
            next = range.last() + 1;
        });
        return found;
    }

    /// Keeps a range from being handed out: somebody else's, or one recorded before a restart.
    ///
    /// @return false when it overlaps one already taken
    public synchronized boolean reserve(IdRange range) {
        if (overlapping(range).isPresent()) {
            return false;
        }
        taken.put(range.first(), range);
        return true;
    }

    /// Keeps ids from being handed out whoever else has them: for the ids of `/etc/subuid` and of processes, which may
    /// overlap each other.
    public synchronized void exclude(IdRange range) {
        long first = range.first();
        long last = range.last();
        for (Optional<IdRange> other = overlapping(new IdRange(first, last - first + 1));
                other.isPresent();
                other = overlapping(new IdRange(first, last - first + 1))) {
            taken.remove(other.get().first());
            first = Math.min(first, other.get().first());
            last = Math.max(last, other.get().last());
        }
        taken.put(first, new IdRange(first, last - first + 1));
    }

    /// Gives a range back.
    ///
    /// @throws IllegalArgumentException when exactly this range is not taken: freeing others' ids is a mistake
    public synchronized void release(IdRange range) {
        if (!taken.remove(range.first(), range)) {
            throw new IllegalArgumentException("range " + range + " is not taken");
        }
    }

    /// Whether all of `range` lies within one that is taken.
    public synchronized boolean covers(IdRange range) {
        Map.Entry<Long, IdRange> before = taken.floorEntry(range.first());
        return before != null && before.getValue().last() >= range.last();
    }

    public synchronized boolean isTaken(IdRange range) {
        return range.equals(taken.get(range.first()));
    }

    private Optional<IdRange> firstFree(long from, long to, long count) {
        long candidate = from;
        while (count <= to - candidate + 1) {
            Optional<IdRange> obstacle = overlapping(new IdRange(candidate, count));
            if (obstacle.isEmpty()) {
                return Optional.of(new IdRange(candidate, count));
            }
            candidate = obstacle.get().last() + 1;
        }
        return Optional.empty();
    }

    private Optional<IdRange> overlapping(IdRange range) {
        Map.Entry<Long, IdRange> before = taken.floorEntry(range.last());
        return before != null && before.getValue().overlaps(range) ? Optional.of(before.getValue()) : Optional.empty();
    }
}
