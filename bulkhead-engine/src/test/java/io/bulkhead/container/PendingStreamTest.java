package io.bulkhead.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.container.Containers.Stream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PendingStreamTest {

    /// Output from a list; remembers what was written.
    private static final class Lines implements StdioStream {
        private final ArrayDeque<String> lines;
        private final StringBuilder written = new StringBuilder();
        private boolean closed;

        Lines(String... lines) {
            this.lines = new ArrayDeque<>(List.of(lines));
        }

        @Override
        public boolean tty() {
            return false;
        }

        @Override
        public Optional<Chunk> read() {
            return Optional.ofNullable(lines.poll()).map(line -> new Chunk(Stream.STDOUT, line.getBytes(UTF_8)));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            written.append(new String(bytes, offset, length, UTF_8));
        }

        @Override
        public void closeInput() {
            written.append("<end>");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void whatIsReadAndWrittenBeforeTheStartWaitsForIt() throws Exception {
        var pending = new PendingStream(false, MonitorStream.Input.WRITE);
        var lines = new Lines("first");
        var read = CompletableFuture.supplyAsync(() -> read(pending), Thread::startVirtualThread);
        Thread writer = Thread.startVirtualThread(() -> write(pending));

        boolean used = pending.begin(lines);

        assertThat(used).isTrue();
        assertThat(read.get(5, TimeUnit.SECONDS)).isEqualTo("first");
        writer.join();
        assertThat(lines.written).hasToString("in<end>");
    }

    @Test
    void aStartThatFailsIsTheEnd() throws Exception {
        var pending = new PendingStream(false, MonitorStream.Input.WRITE);

        pending.abandon();

        assertThat(pending.read()).isEmpty();
    }

    @Test
    void aClientThatWentBeforeTheStartIsNotConnected() {
        var pending = new PendingStream(false, MonitorStream.Input.WRITE);

        pending.close();

        assertThat(pending.begin(new Lines())).isFalse();
    }

    @Test
    void closingClosesTheStreamBehindIt() {
        var pending = new PendingStream(false, MonitorStream.Input.WRITE);
        var lines = new Lines();
        boolean _ = pending.begin(lines);

        pending.close();

        assertThat(lines.closed).isTrue();
    }

    private static String read(PendingStream stream) {
        try {
            return new String(stream.read().orElseThrow().bytes(), UTF_8);
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void write(PendingStream stream) {
        try {
            stream.write("in".getBytes(UTF_8), 0, 2);
            stream.closeInput();
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
