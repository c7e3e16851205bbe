package io.bulkhead.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of the record: `audit.log` is written, older ones have the number of their first record in their names.
final class RecordFiles {

    static final String NAME = "audit.log";

    private static final Pattern OLDER = Pattern.compile("audit-([0-9]{19})\\.log");

    private final Path directory;

    RecordFiles(Path directory) {
        this.directory = directory;
    }

    /// @param first the number of its first record
    record Older(Path file, long first) {}

    Path current() {
        return directory.resolve(NAME);
    }

    /// Oldest first.
    List<Older> older() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(RecordFiles::older)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparingLong(Older::first))
                    .toList();
        }
    }

    private static Optional<Older> older(Path file) {
        Matcher name = OLDER.matcher(file.getFileName().toString());
        return name.matches() ? Optional.of(new Older(file, Long.parseLong(name.group(1)))) : Optional.empty();
    }

    /// All that there are, oldest first.
    List<Path> all() throws IOException {
        var all = new ArrayList<Path>();
        older().forEach(older -> all.add(older.file()));
        if (Files.exists(current())) {
            all.add(current());
        }
        return all;
    }

    /// What the current file is called once it is older.
    Path olderName(long first) {
        return directory.resolve("audit-%019d.log".formatted(first));
    }

    Path directory() {
        return directory;
    }
}
