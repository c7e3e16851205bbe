package io.bulkhead.audit;

import io.bulkhead.chain.Chain;
import io.bulkhead.chain.ChainFields;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/// Where the record stands: what the next line needs to know.
///
/// @param next the number of the next record
/// @param previous the digest of the last line
/// @param length bytes of whole lines in the current file
/// @param checkpoint the number of the last checkpoint, 0 if there was none
record Place(long next, String previous, long length, long checkpoint) {

    private static final long USUAL_LINE = 4_096;

    static final Place BEGINNING = new Place(1, Chain.BEGINNING, 0, 0);

    /// What one file holds.
    ///
    /// @param begun the time of its first record
    /// @param tornBytes bytes after the last whole line, from a write that a power cut ended
    record Found(Place place, Optional<String> begun, long tornBytes) {}

    /// Follows one file line by line: it may be larger than this process.
    ///
    /// @param before where the record stands before this file
    /// @throws AuditException naming the first line that does not follow the one before it
    static Found follow(Path file, Place before) throws IOException {
        Place place = before.inNewFile();
        Optional<String> begun = Optional.empty();
        try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            var line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.write(next);
                if (next == '\n') {
                    byte[] bytes = line.toByteArray();
                    ChainFields fields = fields(bytes, place.next(), file);
                    begun = begun.or(() -> Optional.of(fields.text("time")));
                    place = place.followedBy(bytes, fields, file);
                    line.reset();
                }
            }
            return new Found(place, begun, line.size());
        }
    }

    private static ChainFields fields(byte[] line, long number, Path file) {
        return JsonFields.of(line)
                .orElseThrow(() ->
                        new AuditException("audit record " + file + ", record " + number + ": it is not JSON", null));
    }

    private Place followedBy(byte[] line, ChainFields fields, Path file) {
        if (fields.number("seq") != next) {
            throw new AuditException(
                    "audit record " + file + ", record " + next + ": its number is " + fields.number("seq"), null);
        }
        if (!fields.text("prev").equals(previous)) {
            throw new AuditException(
                    "audit record " + file + ", record " + next
                            + ": it does not follow the line before it: one of the two was changed",
                    null);
        }
        return after(line, fields.text("kind").equals("checkpoint"));
    }

    Place after(byte[] line, boolean isCheckpoint) {
        return new Place(next + 1, Chain.digest(line), length + line.length, isCheckpoint ? next : checkpoint);
    }

    Place inNewFile() {
        return new Place(next, previous, 0, checkpoint);
    }

    long last() {
        return next - 1;
    }

    /// What the last line of a file that is written no more says, without following the others.
    static Place atEnd(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] line = lastLine(channel, file);
            ChainFields fields = JsonFields.of(line)
                    .filter(found -> found.number("seq") > 0)
                    .orElseThrow(
                            () -> new AuditException("audit record " + file + ": its last line is no record", null));
            long seq = fields.number("seq");
            boolean signs = fields.text("kind").equals("checkpoint");
            return new Place(seq + 1, Chain.digest(line), channel.size(), signs ? seq : 0);
        }
    }

    private static byte[] lastLine(FileChannel channel, Path file) throws IOException {
        long end = channel.size();
        for (long reach = USUAL_LINE; ; reach *= 4) {
            long from = Math.max(0, end - reach);
            byte[] bytes = AuditReader.read(channel, from, end);
            if (bytes.length == 0 || bytes[bytes.length - 1] != '\n') {
                throw new AuditException("audit record " + file + ": its last line is cut off", null);
            }
            int at = bytes.length - 2;
            while (at >= 0 && bytes[at] != '\n') {
                at--;
            }
            if (at >= 0 || from == 0) {
                return Arrays.copyOfRange(bytes, at + 1, bytes.length);
            }
        }
    }

    /// Keeps the torn end of `file` in a file beside it, for whoever wants to know.
    static void setAside(Path file, long from, long millis) throws IOException {
        try (FileChannel torn = FileChannel.open(file, StandardOpenOption.READ)) {
            var bytes = ByteBuffer.allocate((int) (torn.size() - from));
            int _ = torn.read(bytes, from);
            Files.write(file.resolveSibling(file.getFileName() + ".torn-" + millis), bytes.array());
        }
    }
}
