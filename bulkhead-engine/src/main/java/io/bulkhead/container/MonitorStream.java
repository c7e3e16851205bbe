package io.bulkhead.container;

import io.bulkhead.container.Containers.Stream;
import io.bulkhead.kernel.SeqPacketSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The standard streams of a process through its monitor's attach socket: each packet is one read of the monitor, with
/// a first byte that says which stream it was (docs/conmon.md).
///
/// `turn` guards what is read: the client's reader takes packets one by one, and once the process has ended
/// [#takeRest] takes what is left, for its monitor cannot end before.
final class MonitorStream implements StdioStream {

    private static final int STDOUT = 2;
    private static final int STDERR = 3;
    private static final int LARGEST = 32 * 1024 + 1;

    /// The monitor's socket and the process's pipes hold less than 1 MiB together. More comes only from processes that
    /// outlive the first one, and a client that reads none of it has no claim to that.
    private static final int MOST_KEPT = 2 << 20;

    private final SeqPacketSocket socket;
    private final boolean tty;
    private final Input input;
    private final Consumer<MonitorStream> left;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final ArrayDeque<Chunk> kept = new ArrayDeque<>();
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

    private MonitorStream(SeqPacketSocket socket, boolean tty, Input input, Consumer<MonitorStream> left) {
        this.socket = socket;
        this.tty = tty;
        this.input = input;
        this.left = left;
    }

    /// @param left told when it is closed
    static MonitorStream connect(Path attachSocket, boolean tty, Input input, Consumer<MonitorStream> left) {
        return new MonitorStream(SeqPacketSocket.connect(attachSocket), tty, input, left);
    }

    @Override
    public boolean tty() {
        return tty;
    }

    @Override
    public Optional<Chunk> read() throws IOException {
        turn.lock();
        try {
            Chunk before = kept.poll();
            return before == null ? receive() : Optional.of(before);
        } finally {
            turn.unlock();
        }
    }

    private Optional<Chunk> receive() throws IOException {
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

    /// Takes everything that is left out of the monitor's hands and keeps it for the reader, fast or slow.
    void takeRest() {
        try {
            int size = 0;
            while (size < MOST_KEPT) {
                int taken = takeOne();
                if (taken == 0) {
                    return;
                }
                size += taken;
            }
        } catch (IOException _) {
            // the reader comes upon it itself
        }
        socket.close();
    }

    /// @return its length; 0 at the end
    private int takeOne() throws IOException {
        turn.lock();
        try {
            Optional<Chunk> chunk = receive();
            chunk.ifPresent(kept::add);
            return chunk.map(each -> each.bytes().length).orElse(0);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        left.accept(this);
        switch (input) {
            case WRITE, NONE -> socket.close();
            case WATCH -> Thread.ofVirtual().name("attach-drain").start(this::drain);
        }
    }

    /// Nobody may stop reading: that would stop the container's output.
    private void drain() {
        try (socket) {
            Optional<Chunk> chunk;
            do {
                chunk = read();
            } while (chunk.isPresent());
        } catch (IOException _) {
            // the container has ended
        }
    }
}
