package io.bulkhead.sink;

import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.UnixDatagram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A syslog server's local datagram socket.
final class LocalSyslog implements Destination {

    /// rsyslog's usual limit.
    private static final int LONGEST = 8 * 1024;

    private static final int PATIENCE_SECONDS = 5;

    private final Path socket;
    private final SyslogFormat format;

    LocalSyslog(Path socket, SyslogFormat format) {
        this.socket = socket;
        this.format = format;
    }

    @Override
    public void send(Line line) throws IOException {
        try {
            UnixDatagram.send(socket.toString(), format.message(line, LONGEST), PATIENCE_SECONDS);
        } catch (KernelException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    @Override
    public void check() {
        // Every message says for itself whether somebody listens.
    }

    /// What is in the socket's queue when the server ends is gone.
    @Override
    public Duration delay() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void close() {
        // nothing stays open
    }
}
