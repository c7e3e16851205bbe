package io.bulkhead.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads the record that an [AuditFile] writes, also while it is written: only whole lines are ever seen.
public final class AuditReader {

    /// How often a follower looks.
    private static final long LOOK_MILLIS = 200;

    /// Lines of the record are about 400 bytes; a tail begins its search this far before the end for each.
    private static final long USUAL_LINE = 1_024;

    private final Path file;

    /// @param directory the one the record is kept in
    public AuditReader(Path directory) {
        file = directory.resolve(AuditFile.NAME);
    }

    /// The last `count` records, oldest first, as they stand in the file and without their newlines.
    public List<String> tail(int count) {
        try (Following following = follow(count)) {
            var lines = new ArrayDeque<String>();
            Optional<String> line = following.poll();
            while (line.isPresent()) {
                lines.add(line.get());
                line = following.poll();
            }
            return List.copyOf(lines);
        }
    }

    /// The last `count` records and then those that come. Close it to end.
    public Following follow(int count) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            channel.position(start(channel, count));
            return new Following(channel);
        } catch (IOException failure) {
            throw new AuditException("audit record " + file + " cannot be read", failure);
        }
    }

    /// Where the last `count` whole lines begin.
    private static long start(FileChannel channel, long count) throws IOException {
        long end = channel.size();
        long reach = USUAL_LINE * (count + 1);
        while (true) {
            long from = Math.max(0, end - reach);
            Optional<Long> start = startWithin(channel, from, end, count);
            if (start.isPresent() || from == 0) {
                return start.orElse(0L);
            }
            reach *= 4;
        }
    }

    private static Optional<Long> startWithin(FileChannel channel, long from, long end, long count) throws IOException {
        byte[] bytes = read(channel, from, end);
        long newlines = 0;
        for (int at = bytes.length - 1; at >= 0; at--) {
            if (bytes[at] == '\n') {
                if (newlines == count) {
                    return Optional.of(from + at + 1);
                }
                newlines++;
            }
        }
        return Optional.empty();
    }

    private static byte[] read(FileChannel channel, long from, long end) throws IOException {
        var buffer = ByteBuffer.allocate((int) Math.min(end - from, Integer.MAX_VALUE - 8));
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
            // Read on until it is full or the file ends.
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /// Walks the whole chain.
    public Verdict verify() {
        try {
            AuditChain chain = AuditChain.resume(file);
            return new Verdict(Optional.empty(), chain.next() - 1, chain.previous());
        } catch (AuditException broken) {
            return new Verdict(Optional.of(String.valueOf(broken.getMessage())), 0, "");
        } catch (IOException failure) {
            throw new AuditException("audit record " + file + " cannot be read", failure);
        }
    }

    /// @param broken what is wrong, naming the line; empty when every line follows the one before it
    /// @param records how many there are
    /// @param head the digest of the last line: kept elsewhere, it proves later that nothing before it was changed
    public record Verdict(Optional<String> broken, long records, String head) {}

    /// A place in the record that moves on. For one thread at a time; [#close()] may be called by any.
    public static final class Following implements Closeable {

        private final FileChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        private final java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        private volatile boolean closed;

        private Following(FileChannel channel) {
            this.channel = channel;
            buffer.flip();
        }

        /// The next record, waiting for it; empty once closed.
        public Optional<String> next() {
            try {
                while (!closed) {
                    Optional<String> found = poll();
                    if (found.isPresent()) {
                        return found;
                    }
                    Thread.sleep(LOOK_MILLIS);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        }

        /// The next record that is there already.
        Optional<String> poll() {
            try {
                while (!closed) {
                    while (buffer.hasRemaining()) {
                        byte next = buffer.get();
                        if (next == '\n') {
                            String text = line.toString(StandardCharsets.UTF_8);
                            line.reset();
                            return Optional.of(text);
                        }
                        line.write(next);
                    }
                    buffer.clear();
                    int length = channel.read(buffer);
                    buffer.flip();
                    if (length <= 0) {
                        return Optional.empty();
                    }
                }
                return Optional.empty();
            } catch (IOException failure) {
                if (closed) {
                    return Optional.empty();
                }
                throw new AuditException("audit record cannot be read", failure);
            }
        }

        @Override
        public void close() {
            closed = true;
            try {
                channel.close();
            } catch (IOException _) {
                // Only read from: nothing can be lost.
            }
        }
    }
}
