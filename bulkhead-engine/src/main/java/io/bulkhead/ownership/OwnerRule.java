package io.bulkhead.ownership;

import io.bulkhead.idmap.IdMap;

/// Who a file is to belong to, by whom it belongs to now. Applying a rule twice is applying it once: a change that
/// was cut off is simply done again.
public sealed interface OwnerRule {

    long uid(long now);

    long gid(long now);

    /// Everything belongs to one owner.
    record Everything(long uid, long gid) implements OwnerRule {
        @Override
        public long uid(long now) {
            return uid;
        }

        @Override
        public long gid(long now) {
            return gid;
        }

        @Override
        public String toString() {
            return uid + ":" + gid;
        }
    }

    /// From the host ids of one container to those of another. `inside` of a line is the old id, `outside` the new
    /// one; ids without a line stay. No id may be both old and new: done twice it would be something else.
    record Shift(IdMap uids, IdMap gids) implements OwnerRule {
        public Shift {
            requireApart(uids);
            requireApart(gids);
        }

        private static void requireApart(IdMap map) {
            for (IdMap.Line from : map.lines()) {
                for (IdMap.Line to : map.lines()) {
                    if (from.insideRange().overlaps(to.outsideRange())) {
                        throw new IllegalArgumentException(
                                "ids " + from.insideRange() + " are moved, and others to " + to.outsideRange());
                    }
                }
            }
        }

        @Override
        public long uid(long now) {
            return uids.hostId(now).orElse(now);
        }

        @Override
        public long gid(long now) {
            return gids.hostId(now).orElse(now);
        }

        @Override
        public String toString() {
            return "users " + uids.lines() + ", groups " + gids.lines();
        }
    }
}
