package io.bulkhead.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A place in the record that moves on, from file to file. For one thread at a time; [#close()] may be called by any.
public final class Following implements Closeable {

    /// How often a follower looks.
    private static final Duration LOOK = Duration.ofMillis(200);

    private final RecordFiles files;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private FileChannel channel;
    private Object key;
    private long skipBelow;
    private volatile boolean closed;

    /// @param key of the file that `channel` reads
    private Following(RecordFiles files, FileChannel channel, Object key) {
        this.files = files;
        this.channel = channel;
        this.key = key;
        buffer.flip();
    }

    /// @throws NoSuchFileException when the file just got another name: then look again
    static Following at(RecordFiles files, Path file, long position) throws IOException {
        Object key = key(file);
        FileChannel channel = open(file, key);
        channel.position(position);
        return new Following(files, channel, key);
    }

    private static FileChannel open(Path file, Object key) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            if (!key(file).equals(key)) {
                throw new NoSuchFileException(file.toString());
            }
            return channel;
        } catch (IOException renamed) {
            channel.close();
            throw renamed;
        }
    }

    void skipBelow(long seq) {
        skipBelow = seq;
    }

    /// The next record, waiting for it; empty once closed.
    public Optional<String> next() {
        try {
            while (!closed) {
                Optional<String> found = poll();
                if (found.isPresent()) {
                    return found;
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /// The next record that is there already.
    public Optional<String> poll() {
        try {
            while (!closed) {
                Optional<String> found = fromBuffer();
                if (found.isPresent()) {
                    if (skipped(found.get())) {
                        continue;
                    }
                    return found;
                }
                if (!fill() && !moveOn()) {
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

    private boolean skipped(String text) {
        if (skipBelow == 0) {
            return false;
        }
        long seq = JsonFields.of(text.getBytes(StandardCharsets.UTF_8))
                .map(fields -> fields.number("seq"))
                .orElse(0L);
        if (seq >= skipBelow) {
            skipBelow = 0;
            return false;
        }
        return true;
    }

    private Optional<String> fromBuffer() {
        while (buffer.hasRemaining()) {
            byte next = buffer.get();
            if (next == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                line.reset();
                return Optional.of(text);
            }
            line.write(next);
        }
        return Optional.empty();
    }

    private boolean fill() throws IOException {
        buffer.clear();
        int length = channel.read(buffer);
        buffer.flip();
        return length > 0;
    }

    /// To the next file, if this one is written no more.
    private boolean moveOn() throws IOException {
        Object current;
        try {
            current = key(files.current());
        } catch (NoSuchFileException _) {
            return false;
        }
        if (current.equals(key)) {
            return false;
        }
        // It got its last line before it was renamed.
        if (fill()) {
            return true;
        }
        try {
            Path next = next(files.all());
            Object nextKey = key(next);
            FileChannel opened = open(next, nextKey);
            channel.close();
            channel = opened;
            key = nextKey;
        } catch (NoSuchFileException _) {
            return false;
        }
        line.reset();
        return true;
    }

    /// The one after this, or the oldest when this one was removed.
    private Path next(List<Path> all) throws IOException {
        for (int at = 0; at < all.size() - 1; at++) {
            if (key(all.get(at)).equals(key)) {
                return all.get(at + 1);
            }
        }
        return all.getFirst();
    }

    private static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        if (key == null) {
            throw new IOException(file + " is on a file system without inodes");
        }
        return key;
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
