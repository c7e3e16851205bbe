package io.bulkhead.sink;

import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.UnixDatagram;
import io.bulkhead.name.Names;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// systemd's journal, by its native protocol (systemd, docs/JOURNAL_NATIVE_PROTOCOL.md). Every value is sent with its
/// length, so that none can begin another field.
final class Journal implements Destination {

    /// Names this kind of entry: `journalctl MESSAGE_ID=...` (docs/audit.md).
    static final String MESSAGE_ID = "6f2e8c1b3a5d4e0f9b7a21c4d8e35f60";

    /// A datagram may hold as much as the sender's buffer, which is 208 KiB where nobody changed it. Larger ones would
    /// need a sealed file, for records that name thousands of paths.
    private static final int LONGEST = 128 * 1024;

    private static final int PATIENCE_SECONDS = 5;

    private static final List<String> FIELDS = List.of(
            "seq",
            "of",
            "kind",
            "caller",
            "uid",
            "gid",
            "login_uid",
            "pid",
            "exe",
            "certificate",
            "token",
            "address",
            "operation",
            "container",
            "image",
            "object",
            "decision",
            "rule",
            "reason",
            "outcome",
            "status",
            "error",
            "duration_ms");

    private final Path socket;

    Journal(Path socket) {
        this.socket = socket;
    }

    @Override
    public void send(Line line) throws IOException {
        try {
            UnixDatagram.send(socket.toString(), entry(line.within(LONGEST)), PATIENCE_SECONDS);
        } catch (KernelException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private static byte[] entry(Line line) throws IOException {
        var entry = new ByteArrayOutputStream();
        field(entry, "MESSAGE", message(line));
        field(entry, "MESSAGE_ID", MESSAGE_ID);
        field(entry, "PRIORITY", Integer.toString(line.severity()));
        field(entry, "SYSLOG_IDENTIFIER", "bulkheadd");
        for (String name : FIELDS) {
            var value = line.get(name);
            if (value.isPresent()) {
                field(entry, "BULKHEAD_" + name.toUpperCase(Locale.ROOT), value.get());
            }
        }
        field(entry, "BULKHEAD_RECORD", line.text());
        return entry.toByteArray();
    }

    private static void field(ByteArrayOutputStream entry, String name, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        entry.write((name + "\n").getBytes(StandardCharsets.US_ASCII));
        entry.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .array());
        entry.write(bytes);
        entry.write('\n');
    }

    /// For people who read the journal.
    private static String message(Line line) {
        return Stream.of("caller", "operation", "container", "image", "object", "decision", "outcome", "error")
                .flatMap(name -> line.get(name).stream())
                .map(Names::shown)
                .collect(Collectors.joining(" ", "#" + line.seq() + " ", ""));
    }

    @Override
    public void check() {
        // Every entry says for itself whether somebody listens.
    }

    @Override
    public Duration delay() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void close() {
        // nothing stays open
    }
}
