package io.bulkhead.container;

import io.bulkhead.container.Containers.Stream;
import io.bulkhead.kernel.SeqPacketSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// The standard streams of a process through its monitor's attach socket: each packet is one read of the monitor, with
/// a first byte that says which stream it was (docs/conmon.md).
final class MonitorStream implements StdioStream {

    private static final int STDOUT = 2;
    private static final int STDERR = 3;
    private static final int LARGEST = 32 * 1024 + 1;

    private final SeqPacketSocket socket;
    private final boolean tty;
    private final Input input;
    private final byte[] packet = new byte[LARGEST];

    /// What a client may do with standard input.
    enum Input {
        /// Write it and end it.
        WRITE,
        /// Nothing, and leaving means nothing either.
        NONE,
        /// Nothing; but the monitor takes anybody's leaving for the end of the input, so the connection stays.
        WATCH
    }

    private MonitorStream(SeqPacketSocket socket, boolean tty, Input input) {
        this.socket = socket;
        this.tty = tty;
        this.input = input;
    }

    static MonitorStream connect(Path attachSocket, boolean tty, Input input) {
        return new MonitorStream(SeqPacketSocket.connect(attachSocket), tty, input);
    }

    @Override
    public boolean tty() {
        return tty;
    }

    @Override
    public Optional<Chunk> read() throws IOException {
        int length = socket.read(packet);
        if (length < 1) {
            return Optional.empty();
        }
        Stream stream = switch (packet[0]) {
            case STDOUT -> Stream.STDOUT;
            case STDERR -> Stream.STDERR;
            default -> throw new IOException("the monitor sent a packet of unknown kind " + packet[0]);
        };
        return Optional.of(new Chunk(stream, Arrays.copyOfRange(packet, 1, length)));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (input == Input.WRITE) {
            socket.write(bytes, offset, length);
        }
    }

    @Override
    public void closeInput() {
        if (input == Input.WRITE) {
            socket.shutdownOutput();
        }
    }

    @Override
    public void close() {
        switch (input) {
            case WRITE, NONE -> socket.close();
            case WATCH -> Thread.ofVirtual().name("attach-drain").start(this::drain);
        }
    }

    /// Nobody may stop reading: that would stop the container's output.
    private void drain() {
        try (socket) {
            int length;
            do {
                length = socket.read(packet);
            } while (length > 0);
        } catch (IOException _) {
            // the container has ended
        }
    }
}
