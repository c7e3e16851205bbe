package io.bulkhead.idmap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// The lines of a user-namespace map (user_namespaces(7), `/proc/PID/uid_map`). No two lines may overlap, inside or
/// outside: a container must never see one host id as two of its own, nor the other way round.
public record IdMap(List<Line> lines) {

    /// The kernel's limit since Linux 4.15.
    static final int MAX_LINES = 340;

    /// A map is written in one call, which takes less than a page.
    static final int MAX_TEXT = 4_095;

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
        int text = text(lines).length();
        if (text > MAX_TEXT) {
            throw new IllegalArgumentException("the map's text has " + text + " bytes, the kernel takes " + MAX_TEXT);
        }
    }

    /// The map of a container with its own range: ids from 0 inside.
    public static IdMap of(IdRange outside) {
        return new IdMap(List.of(new Line(0, outside.first(), outside.count())));
    }

    /// Every id is itself, as in the host's own user namespace.
    public static IdMap identity() {
        return of(new IdRange(0, IdRange.MAX_ID + 1));
    }

    /// Id 0 is host id `root`, every other id is itself. What the host calls `root` has no name inside, and nothing
    /// inside is the host's 0.
    ///
    /// @param root not 0
    public static IdMap shift(long root) {
        var lines = new ArrayList<Line>();
        lines.add(new Line(0, root, 1));
        if (root > 1) {
            lines.add(new Line(1, 1, root - 1));
        }
        if (root < IdRange.MAX_ID) {
            lines.add(new Line(root + 1, root + 1, IdRange.MAX_ID - root));
        }
        return new IdMap(lines);
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

    /// The lines, or parts of lines, for these ids of the container, in their order and up to the first that the map
    /// does not have.
    public List<Line> within(IdRange inside) {
        var parts = new ArrayList<Line>();
        long next = inside.first();
        while (next <= inside.last()) {
            long from = next;
            Optional<Line> line = lines.stream()
                    .filter(each -> each.insideRange().contains(from))
                    .findFirst();
            if (line.isEmpty()) {
                break;
            }
            long count = Math.min(inside.last(), line.get().insideRange().last()) - from + 1;
            parts.add(new Line(from, line.get().outside + (from - line.get().inside), count));
            next = from + count;
        }
        return List.copyOf(parts);
    }

    /// How many ids the container has.
    public long count() {
        return lines.stream().mapToLong(Line::count).sum();
    }

    /// The text to write to `/proc/PID/uid_map`: a line each, ending in a newline.
    public String kernelText() {
        return text(lines);
    }

    private static String text(List<Line> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /// The lines, apart from each other by commas.
    @Override
    public String toString() {
        return lines.stream().map(Line::toString).collect(Collectors.joining(", "));
    }
}
