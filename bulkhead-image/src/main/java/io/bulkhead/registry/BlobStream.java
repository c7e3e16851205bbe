package io.bulkhead.registry;

import io.bulkhead.image.ImageException;
import io.bulkhead.image.ImageException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The bytes of one blob. A connection that breaks or falls silent is followed by another that goes on where it ended
/// (RFC 9110, 14.2), as long as there is progress. Never more bytes than the manifest promised, and fewer are an error.
final class BlobStream extends InputStream {

    /// As much as this counts as progress: a registry that cuts the line after every byte is given up.
    private static final long PROGRESS = 1 << 20;

    private static final int SKIPPED_AT_ONCE = 64 * 1024;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(?:\\d{1,18}|\\*)");

    private final Transport transport;
    private final URI uri;
    private final long size;
    private final String subject;
    private InputStream body;
    private long received;
    private long receivedAtLastBreak;
    private int breaks;

    /// Asks for the blob at once, so that a missing one is known before anything is written.
    BlobStream(Transport transport, URI uri, long size, String subject) {
        this.transport = transport;
        this.uri = uri;
        this.size = size;
        this.subject = subject;
        this.body = open();
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        while (received < size) {
            try {
                int count = readBody(bytes, offset, (int) Math.min(length, size - received));
                if (count > 0) {
                    received += count;
                    return count;
                }
                resume(new IOException("it ended after " + received + " of " + size + " bytes"));
            } catch (IOException broken) {
                resume(broken);
            }
        }
        requireEnd();
        return -1;
    }

    private int readBody(byte[] bytes, int offset, int length) throws IOException {
        try (var _ = transport.alarms().closingAfter(transport.patience().silence(), body)) {
            return body.read(bytes, offset, length);
        }
    }

    private void resume(IOException failure) {
        closeBody();
        if (received - receivedAtLastBreak >= PROGRESS) {
            breaks = 0;
        }
        receivedAtLastBreak = received;
        breaks++;
        if (breaks >= transport.patience().attempts()) {
            throw transport.failures().unreachable(uri.getRawAuthority(), subject, failure);
        }
        transport.pause(breaks, Duration.ZERO);
        body = open();
    }

    private InputStream open() {
        Map<String, String> headers = received == 0 ? Map.of() : Map.of("Range", "bytes=" + received + "-");
        HttpResponse<InputStream> response = transport.get(uri, headers, subject);
        try {
            requireRest(response);
            if (received > 0 && response.statusCode() == 200) {
                skip(response.body());
            }
            return response.body();
        } catch (ImageException | IOException unusable) {
            close(response.body());
            if (unusable instanceof IOException broken) {
                throw transport.failures().unreachable(uri.getRawAuthority(), subject, broken);
            }
            throw (ImageException) unusable;
        }
    }

    /// The whole blob, or exactly what is missing of it.
    private void requireRest(HttpResponse<InputStream> response) {
        boolean part = response.statusCode() == 206;
        String range = response.headers().firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (part && (received == 0 || !matcher.matches() || Long.parseLong(matcher.group(1)) != received)) {
            throw transport
                    .failures()
                    .malformed(subject + ": the registry sent the part `"
                            + transport.failures().foreign(range) + "` instead of all from byte " + received);
        }
        long expected = part ? size - received : size;
        long announced = response.headers().firstValueAsLong("Content-Length").orElse(expected);
        if (announced > expected) {
            throw transport.failures().tooLarge(subject, size);
        }
        if (announced < expected) {
            throw new ImageException(
                    Reason.DIGEST_MISMATCH,
                    subject + ": the registry has " + (size - expected + announced) + " bytes of the " + size
                            + " that the manifest says");
        }
    }

    /// A registry may leave out ranges and begin anew. Should it send other bytes this time, the digest shows it.
    private void skip(InputStream whole) throws IOException {
        byte[] skipped = new byte[SKIPPED_AT_ONCE];
        long left = received;
        while (left > 0) {
            try (var _ = transport.alarms().closingAfter(transport.patience().silence(), whole)) {
                int count = whole.read(skipped, 0, (int) Math.min(left, skipped.length));
                if (count <= 0) {
                    throw new IOException("it ended before byte " + received);
                }
                left -= count;
            }
        }
    }

    private void requireEnd() {
        try {
            if (readBody(new byte[1], 0, 1) > 0) {
                throw transport.failures().tooLarge(subject, size);
            }
        } catch (IOException _) {
            // All that was promised is here; how the connection ends does not matter.
        }
    }

    private void closeBody() {
        close(body);
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException _) {
            // Nothing is expected from it any more.
        }
    }

    @Override
    public void close() {
        closeBody();
    }
}
