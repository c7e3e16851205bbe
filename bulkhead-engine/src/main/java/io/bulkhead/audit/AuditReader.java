package io.bulkhead.audit;

import io.bulkhead.chain.ChainCheck;
import io.bulkhead.chain.CheckpointKey;
import io.bulkhead.chain.Verdict;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads the record that an [AuditFile] writes, also while it is written, across all its files: only whole lines are
/// ever seen.
public final class AuditReader {

    /// Lines of the record are about 400 bytes; a tail begins its search this far before the end for each.
    private static final long USUAL_LINE = 1_024;

    /// A new file is there microseconds after the old one was renamed.
    private static final int ATTEMPTS = 1000;

    private final RecordFiles files;

    /// @param directory the one the record is kept in
    public AuditReader(Path directory) {
        files = new RecordFiles(directory);
    }

    /// The last `count` records, oldest first, as they stand in the file and without their newlines.
    public List<String> tail(int count) {
        try (Following following = follow(count)) {
            var lines = new ArrayDeque<String>();
            for (Optional<String> line = following.poll(); line.isPresent(); line = following.poll()) {
                lines.add(line.get());
            }
            return List.copyOf(lines);
        }
    }

    /// The last `count` records and then those that come. Close it to end.
    public Following follow(int count) {
        return reading(() -> {
            List<Path> all = files.all();
            long missing = count;
            for (int at = all.size() - 1; at >= 0; at--) {
                Start start = start(all.get(at), missing);
                missing -= start.lines();
                if (missing <= 0 || at == 0) {
                    return Following.at(files, all.get(at), start.position());
                }
            }
            throw new NoSuchFileException(files.current().toString());
        });
    }

    /// The records from number `seq` on, or from the oldest there is, and then those that come. Close it to end.
    public Following from(long seq) {
        Following following = reading(() -> {
            List<Path> all = files.all();
            Path start = all.isEmpty() ? files.current() : all.getFirst();
            for (Path file : all) {
                if (first(file) <= seq) {
                    start = file;
                }
            }
            return Following.at(files, start, 0);
        });
        following.skipBelow(seq);
        return following;
    }

    /// The number of the last record; 0 when there is none.
    public long last() {
        return tail(1).stream()
                .flatMap(line -> JsonFields.of(line.getBytes(StandardCharsets.UTF_8)).stream())
                .mapToLong(fields -> fields.number("seq"))
                .max()
                .orElse(0);
    }

    /// The number a file begins with; beyond all for one that has no line yet.
    private static long first(Path file) throws IOException {
        try (var reader = Files.newBufferedReader(file)) {
            String line = reader.readLine();
            return line == null
                    ? Long.MAX_VALUE
                    : JsonFields.of(line.getBytes(StandardCharsets.UTF_8))
                            .map(fields -> fields.number("seq"))
                            .orElse(Long.MAX_VALUE);
        }
    }

    private interface Opening {
        Following open() throws IOException;
    }

    /// A new file is begun with two steps; whoever looks in between looks again.
    private Following reading(Opening opening) {
        for (int attempt = 0; ; attempt++) {
            try {
                return opening.open();
            } catch (NoSuchFileException missing) {
                if (attempt == ATTEMPTS) {
                    throw new AuditException("audit record " + files.current() + " cannot be read", missing);
                }
                Thread.onSpinWait();
            } catch (IOException failure) {
                throw new AuditException("audit record " + files.current() + " cannot be read", failure);
            }
        }
    }

    /// @param lines how many there are from `position` on
    private record Start(long position, long lines) {}

    /// Where the last `count` whole lines begin, or all if there are fewer.
    private static Start start(Path file, long count) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return start(channel, count);
        }
    }

    private static Start start(FileChannel channel, long count) throws IOException {
        long end = channel.size();
        for (long reach = USUAL_LINE * (count + 1); ; reach *= 4) {
            long from = Math.max(0, end - reach);
            byte[] bytes = read(channel, from, end);
            long newlines = 0;
            for (int at = bytes.length - 1; at >= 0; at--) {
                if (bytes[at] == '\n') {
                    if (newlines == count) {
                        return new Start(from + at + 1, count);
                    }
                    newlines++;
                }
            }
            if (from == 0) {
                return new Start(0, newlines);
            }
        }
    }

    static byte[] read(FileChannel channel, long from, long end) throws IOException {
        var buffer = ByteBuffer.allocate((int) Math.min(end - from, Integer.MAX_VALUE - 8));
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
            // Read on until it is full or the file ends.
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /// Follows the whole chain.
    ///
    /// @param keys those that checkpoints must be signed with; if there are none, those the record announces
    /// @param noted a digest that the last record had once
    public Verdict verify(List<CheckpointKey> keys, Optional<String> noted) {
        var check = new ChainCheck(keys, false);
        noted.ifPresent(check::expectHead);
        try {
            for (Path file : files.all()) {
                // What is written meanwhile may be half a line.
                feed(file, check);
            }
            return check.end(false);
        } catch (IOException failure) {
            throw new AuditException("audit record " + files.current() + " cannot be read", failure);
        }
    }

    private static void feed(Path file, ChainCheck check) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            var line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.write(next);
                if (next == '\n') {
                    byte[] bytes = line.toByteArray();
                    check.accept(bytes, JsonFields.of(bytes));
                    line.reset();
                }
            }
        }
    }
}
