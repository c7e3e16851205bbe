package io.bulkhead.idmap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The lines of `/etc/subuid` or `/etc/subgid` (subuid(5)): ranges given to users, which no container may get.
public record SubidTable(List<Entry> entries) {

    public SubidTable {
        entries = List.copyOf(entries);
    }

    /// @param owner a login name or uid
    public record Entry(String owner, IdRange range) {}

    /// Reads the file's text; blank lines and comments are passed over.
    ///
    /// @throws IllegalArgumentException naming the line that is not `owner:first:count`; doubt is refusal
    public static SubidTable parse(String text) {
        var entries = new ArrayList<Entry>();
        List<String> lines = text.lines().toList();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                entries.add(entry(line, number));
            }
        }
        return new SubidTable(entries);
    }

    /// The map of a user namespace with all ids that were given to somebody, from 0 inside in the order of the file, as
    /// Podman's `--subuidname` has it.
    ///
    /// @param owner as the file writes it
    /// @throws IllegalArgumentException if two of the lines overlap
    public Optional<IdMap> map(String owner) {
        var lines = new ArrayList<IdMap.Line>();
        long inside = 0;
        for (Entry entry : entries) {
            if (entry.owner.equals(owner)) {
                lines.add(new IdMap.Line(inside, entry.range.first(), entry.range.count()));
                inside += entry.range.count();
            }
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(new IdMap(lines));
    }

    private static Entry entry(String line, int number) {
        List<String> parts = List.of(line.split(":", -1));
        if (parts.size() == 3) {
            try {
                return new Entry(parts.get(0), new IdRange(Long.parseLong(parts.get(1)), Long.parseLong(parts.get(2))));
            } catch (IllegalArgumentException _) {
                // falls through to the one message
            }
        }
        throw new IllegalArgumentException("line " + number + " is not `owner:first:count` within the id space");
    }
}
