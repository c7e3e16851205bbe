package io.bulkhead.container;

import io.bulkhead.container.Containers.LogRequest;
import io.bulkhead.container.Containers.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Finds where the last lines of a log begin, reading backwards from its end and no more than needed.
final class LogTail {

    private static final int WINDOW = 64 * 1024;

    private final FileChannel file;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW);
    private long windowStart;

    private LogTail(FileChannel file) {
        this.file = file;
        window.limit(0);
    }

    /// A line as a reader sees it: its partial entries and the full one that ends it are one, and partial entries with
    /// no end yet are one too. Only the streams asked for count.
    ///
    /// @return where to begin reading
    static long start(FileChannel file, LogRequest request) throws IOException {
        if (request.tail() < 0) {
            return 0;
        }
        return request.tail() == 0 ? file.size() : new LogTail(file).find(request);
    }

    private long find(LogRequest request) throws IOException {
        Set<Stream> seen = EnumSet.noneOf(Stream.class);
        int lines = 0;
        long end = file.size();
        while (end > 0) {
            long begin = lineStart(end);
            Optional<LogLine> head = head(begin, end);
            if (head.isPresent() && wanted(request, head.get().stream())) {
                boolean unended = seen.add(head.get().stream());
                lines += !head.get().partial() || unended ? 1 : 0;
            }
            if (lines > request.tail()) {
                return end;
            }
            end = begin;
        }
        return 0;
    }

    private static boolean wanted(LogRequest request, Stream stream) {
        return switch (stream) {
            case STDOUT -> request.stdout();
            case STDERR -> request.stderr();
        };
    }

    /// The start of the line that ends before `end`, its newline (if it has one) being the byte before.
    private long lineStart(long end) throws IOException {
        for (long at = end - 2; at >= 0; at--) {
            if (byteAt(at) == '\n') {
                return at + 1;
            }
        }
        return 0;
    }

    private byte byteAt(long at) throws IOException {
        if (at < windowStart || at >= windowStart + window.limit()) {
            windowStart = Math.max(0, at - WINDOW + 1);
            window.clear().limit((int) (at - windowStart + 1));
            fill(window, windowStart);
        }
        return window.get((int) (at - windowStart));
    }

    private Optional<LogLine> head(long begin, long end) throws IOException {
        int length = (int) Math.min(LogLine.HEAD, end - begin);
        var head = ByteBuffer.allocate(length);
        if (begin >= windowStart && begin + length <= windowStart + window.limit()) {
            window.get((int) (begin - windowStart), head.array());
        } else {
            fill(head, begin);
        }
        return LogLine.head(head.array(), 0, length);
    }

    private void fill(ByteBuffer buffer, long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (file.read(buffer, from + buffer.position()) < 0) {
                throw new IOException("the log was cut while it was read");
            }
        }
    }
}
