package io.bulkhead.cli.audit;

import io.bulkhead.chain.ChainCheck;
import io.bulkhead.chain.ChainFields;
import io.bulkhead.chain.CheckpointKey;
import io.bulkhead.chain.Verdict;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonException;
import io.bulkhead.cli.verb.Failure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Files of a record that were copied from somewhere.
///
/// @param part whether older files may be missing, since files were named one by one
record RecordCopy(List<Path> files, boolean part) {

    static RecordCopy of(List<String> named) {
        try {
            if (named.size() == 1 && Files.isDirectory(Path.of(named.getFirst()))) {
                return new RecordCopy(inOrder(inDirectory(Path.of(named.getFirst()))), false);
            }
            return new RecordCopy(inOrder(named.stream().map(Path::of).toList()), true);
        } catch (IOException unreadable) {
            throw new Failure("the record cannot be read: " + unreadable);
        }
    }

    private static List<Path> inDirectory(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().matches("audit(-[0-9]{19})?\\.log"))
                    .toList();
            if (found.isEmpty()) {
                throw new Failure("there is no audit.log in " + directory);
            }
            return found;
        }
    }

    private record Numbered(Path file, long first) {}

    /// By the number of their first record; one without any is the newest.
    private static List<Path> inOrder(List<Path> files) throws IOException {
        var numbered = new ArrayList<Numbered>();
        for (Path file : files) {
            try (InputStream in = open(file)) {
                byte[] line = line(in);
                long first = line.length == 0
                        ? 0
                        : fields(line).map(f -> f.number("seq")).orElse(0L);
                numbered.add(new Numbered(file, first == 0 ? Long.MAX_VALUE : first));
            }
        }
        numbered.sort(Comparator.comparingLong(Numbered::first));
        return numbered.stream().map(Numbered::file).toList();
    }

    Verdict verify(List<CheckpointKey> trusted, Optional<String> head) {
        var check = new ChainCheck(trusted, part);
        head.ifPresent(check::expectHead);
        boolean cut = false;
        try {
            for (Path file : files) {
                try (InputStream in = open(file)) {
                    for (byte[] line = line(in); line.length > 0; line = line(in)) {
                        cut = line[line.length - 1] != '\n';
                        if (!cut) {
                            check.accept(line, fields(line));
                        }
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new Failure("the record cannot be read: " + unreadable);
        }
        return check.end(cut);
    }

    private static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }

    /// With its newline; without one at the end of a file that was cut off; empty behind that.
    private static byte[] line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            line.write(next);
            if (next == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }

    private static Optional<ChainFields> fields(byte[] line) {
        try {
            Json record = Json.read(line);
            return record.value() instanceof Map<?, ?> ? Optional.of(new Fields(record)) : Optional.empty();
        } catch (JsonException _) {
            return Optional.empty();
        }
    }

    private record Fields(Json record) implements ChainFields {

        @Override
        public String text(String name) {
            return record.at(name).text();
        }

        @Override
        public long number(String name) {
            return record.at(name).number();
        }
    }
}
