package io.bulkhead.idmap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Both maps of a user namespace: `/proc/PID/uid_map` and `/proc/PID/gid_map` (user_namespaces(7)).
public record IdMaps(IdMap users, IdMap groups) {

    /// What an id looks like, on either side, that the map does not have (`/proc/sys/kernel/overflowuid`).
    public static final long OVERFLOW_ID = 65_534;

    /// Groups are mapped as users are.
    public static IdMaps same(IdMap map) {
        return new IdMaps(map, map);
    }

    /// The maps of a container with its own range, the same for users and groups.
    public static IdMaps of(IdRange outside) {
        return same(IdMap.of(outside));
    }

    /// Whether the container has one user and one group, whoever its image's files belong to.
    public boolean single() {
        return users.count() == 1 && groups.count() == 1;
    }

    /// The host ids that the container is, users and groups together, in order and without overlap.
    public List<IdRange> outside() {
        return merged(lines().map(IdMap.Line::outsideRange));
    }

    /// Those of [#outside] that are somebody else inside. An id that is itself inside is the host's as much as the
    /// container's.
    public List<IdRange> moved() {
        return merged(lines().filter(line -> line.inside() != line.outside()).map(IdMap.Line::outsideRange));
    }

    private Stream<IdMap.Line> lines() {
        return Stream.concat(users.lines().stream(), groups.lines().stream());
    }

    private static List<IdRange> merged(Stream<IdRange> ranges) {
        var merged = new ArrayList<IdRange>();
        List<IdRange> sorted =
                ranges.sorted(Comparator.comparingLong(IdRange::first)).toList();
        for (IdRange range : sorted) {
            if (!merged.isEmpty() && range.first() <= merged.getLast().last() + 1) {
                IdRange before = merged.removeLast();
                long last = Math.max(before.last(), range.last());
                merged.add(new IdRange(before.first(), last - before.first() + 1));
            } else {
                merged.add(range);
            }
        }
        return List.copyOf(merged);
    }

    /// `0 1000000000 65536`, the lines of both maps apart from each other by `; groups ` where they differ.
    @Override
    public String toString() {
        return users.equals(groups) ? users.toString() : users + "; groups " + groups;
    }
}
