package io.bulkhead.idmap;

/// A run of ids: `count` ids starting at `first`, all inside the kernel's 32-bit id space.
public record IdRange(long first, long count) {

    /// The kernel keeps 4294967295 (`(uid_t) -1`) for "no id", so a range may not reach it.
    static final long MAX_ID = 0xFFFF_FFFEL;

    public IdRange {
        if (first < 0 || first > MAX_ID) {
            throw new IllegalArgumentException("first id " + first + " is outside 0.." + MAX_ID);
        }
        if (count < 1 || count > MAX_ID - first + 1) {
            throw new IllegalArgumentException("range " + first + "+" + count + " is empty or runs past " + MAX_ID);
        }
    }

    /// The last id of the run.
    public long last() {
        return first + count - 1;
    }

    public boolean contains(long id) {
        return id >= first && id <= last();
    }

    public boolean overlaps(IdRange other) {
        return first <= other.last() && other.first <= last();
    }

    @Override
    public String toString() {
        return first + "+" + count;
    }
}
