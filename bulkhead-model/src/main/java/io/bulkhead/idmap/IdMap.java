package io.bulkhead.idmap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// The lines of a user-namespace map (user_namespaces(7), `/proc/PID/uid_map`). No two lines may overlap, inside or
/// outside: a container must never see one host id as two of its own, nor the other way round.
public record IdMap(List<Line> lines) {

    /// The kernel's limit since Linux 4.15.
    static final int MAX_LINES = 340;

    /// One line: `count` ids from `inside` in the container are `outside` onwards on the host.
    public record Line(long inside, long outside, long count) {
        public Line {
            insideRange(inside, count);
            insideRange(outside, count);
        }

        public IdRange insideRange() {
            return insideRange(inside, count);
        }

        public IdRange outsideRange() {
            return insideRange(outside, count);
        }

        private static IdRange insideRange(long first, long count) {
            return new IdRange(first, count);
        }

        @Override
        public String toString() {
            return inside + " " + outside + " " + count;
        }
    }

    public IdMap {
        lines = List.copyOf(lines);
        if (lines.isEmpty() || lines.size() > MAX_LINES) {
            throw new IllegalArgumentException("a map has 1 to " + MAX_LINES + " lines, not " + lines.size());
        }
        refuseOverlap(lines.stream().map(Line::insideRange).toList(), "container id ");
        refuseOverlap(lines.stream().map(Line::outsideRange).toList(), "host id ");
    }

    /// The map of a container with its own range: ids from 0 inside.
    public static IdMap of(IdRange outside) {
        return new IdMap(List.of(new Line(0, outside.first(), outside.count())));
    }

    private static void refuseOverlap(List<IdRange> ranges, String what) {
        var sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(IdRange::first));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i - 1).overlaps(sorted.get(i))) {
                throw new IllegalArgumentException(
                        "two lines reach " + what + sorted.get(i).first());
            }
        }
    }

    /// What `id` inside the container is on the host; empty where the map has no such id.
    public OptionalLong hostId(long id) {
        for (Line line : lines) {
            if (line.insideRange().contains(id)) {
                return OptionalLong.of(line.outside + (id - line.inside));
            }
        }
        return OptionalLong.empty();
    }

    /// What host id `id` is inside the container; empty where the map does not reach it.
    public OptionalLong containerId(long id) {
        for (Line line : lines) {
            if (line.outsideRange().contains(id)) {
                return OptionalLong.of(line.inside + (id - line.outside));
            }
        }
        return OptionalLong.empty();
    }

    /// The text to write to `/proc/PID/uid_map`: a line each, ending in a newline.
    public String kernelText() {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
