package io.bulkhead.idmap;

import java.util.ArrayList;
import java.util.List;

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
