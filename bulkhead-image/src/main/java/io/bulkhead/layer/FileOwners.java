package io.bulkhead.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// How many files of a layer belong to whom. What a later entry of the layer replaced is counted too.
public record FileOwners(List<Entry> entries) {

    /// A layer with more owners than any image has: what comes after is counted for the highest of them.
    static final int MOST = 512;

    public static final FileOwners NONE = new FileOwners(List.of());

    public FileOwners {
        entries = List.copyOf(entries);
    }

    /// @param files directories and links among them
    public record Entry(long uid, long gid, long files) {
        private long highest() {
            return Math.max(uid, gid);
        }
    }

    /// Those of several layers together.
    public static FileOwners of(List<FileOwners> layers) {
        var tally = new Tally();
        layers.forEach(layer -> layer.entries.forEach(tally::add));
        return tally.owners();
    }

    /// Whose files fulfil this.
    public FileOwners where(Predicate<Entry> wanted) {
        return new FileOwners(entries.stream().filter(wanted).toList());
    }

    public long files() {
        return entries.stream().mapToLong(Entry::files).sum();
    }

    /// 0 without any.
    public long highestId() {
        return entries.stream().mapToLong(Entry::highest).max().orElse(0);
    }

    /// Counts while a layer is unpacked.
    public static final class Tally {

        private record Owner(long uid, long gid) {}

        private final Map<Owner, Long> counts = new LinkedHashMap<>();
        private long highestUid;
        private long highestGid;
        private long beyond;

        public void add(long uid, long gid) {
            add(new Entry(uid, gid, 1));
        }

        private void add(Entry entry) {
            var owner = new Owner(entry.uid, entry.gid);
            if (counts.containsKey(owner) || counts.size() < MOST) {
                counts.merge(owner, entry.files, Long::sum);
            } else {
                highestUid = Math.max(highestUid, entry.uid);
                highestGid = Math.max(highestGid, entry.gid);
                beyond += entry.files;
            }
        }

        public FileOwners owners() {
            var entries = new ArrayList<Entry>();
            counts.forEach((owner, files) -> entries.add(new Entry(owner.uid, owner.gid, files)));
            if (beyond > 0) {
                entries.add(new Entry(highestUid, highestGid, beyond));
            }
            return new FileOwners(entries);
        }
    }
}
