package io.bulkhead.container;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/// Splits one log file into lines, and knows whether another file has taken its name.
final class LogBytes implements Closeable {

    /// Several of the longest line, so that a line that does not fit was not written by conmon.
    private static final int BUFFER = 128 * 1024;

    private static final int ATTEMPTS = 100;

    private final Path path;
    private final FileChannel file;
    private final Object key;
    private final byte[] bytes = new byte[BUFFER];

    private long position;
    private int begin;
    private int end;
    private int lineEnd;
    private boolean skipping;

    private LogBytes(Path path, FileChannel file, Object key) {
        this.path = path;
        this.file = file;
        this.key = key;
    }

    /// @throws java.nio.file.NoSuchFileException if nothing has been logged yet
    static LogBytes open(Path path) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Object before = key(path);
            FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
            // The same before and after: then this is the file that was opened between.
            if (before.equals(key(path))) {
                return new LogBytes(path, file, before);
            }
            file.close();
        }
        throw new IOException(path + " is replaced faster than it can be opened");
    }

    private static Object key(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return java.util.Objects.requireNonNullElse(attributes.fileKey(), path);
    }

    FileChannel file() {
        return file;
    }

    void seek(long offset) {
        position = offset;
        begin = 0;
        end = 0;
    }

    /// Whether the name stands for another file by now, or this one was emptied.
    boolean replaced() throws IOException {
        try {
            return !key.equals(key(path)) || file.size() < position;
        } catch (java.nio.file.NoSuchFileException between) {
            return false;
        }
    }

    /// Goes to the next whole line, which is then [#bytes] from [#from] to [#to].
    /// @return whether there is one yet
    boolean next() throws IOException {
        while (true) {
            int newline = find();
            if (newline < 0) {
                if (!fill()) {
                    return false;
                }
            } else {
                boolean torn = skipping;
                skipping = false;
                from = begin;
                lineEnd = newline;
                begin = newline + 1;
                searched = begin;
                if (!torn) {
                    return true;
                }
            }
        }
    }

    private int from;
    private int searched;

    private int find() {
        for (int i = Math.max(searched, begin); i < end; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        searched = end;
        return -1;
    }

    /// @return whether anything was read
    private boolean fill() throws IOException {
        if (begin == 0 && end == BUFFER) {
            skipping = true;
            begin = end;
        }
        System.arraycopy(bytes, begin, bytes, 0, end - begin);
        end -= begin;
        searched = Math.max(0, searched - begin);
        begin = 0;
        int read = file.read(ByteBuffer.wrap(bytes, end, BUFFER - end), position);
        if (read <= 0) {
            return false;
        }
        position += read;
        end += read;
        return true;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return lineEnd;
    }

    /// What is left without a newline; it is gone then.
    byte[] rest() {
        byte[] rest = skipping ? new byte[0] : Arrays.copyOfRange(bytes, begin, end);
        begin = end;
        return rest;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
