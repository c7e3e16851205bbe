package io.bulkhead.dockerapi.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.container.Containers.Stream;
import io.bulkhead.container.StdioStream;
import io.bulkhead.http.Exchange.Upgraded;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SessionTest {

    private static final StdioStream.Chunk END = new StdioStream.Chunk(Stream.STDOUT, new byte[0]);

    /// A process that echoes its input and ends with it.
    private static final class Echo implements StdioStream {
        final BlockingQueue<Chunk> output = new LinkedBlockingQueue<>();
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        final boolean tty;
        volatile boolean inputClosed;

        Echo(boolean tty) {
            this.tty = tty;
        }

        @Override
        public boolean tty() {
            return tty;
        }

        @Override
        public Optional<Chunk> read() throws IOException {
            try {
                Chunk chunk = output.take();
                return chunk.bytes().length == 0 ? Optional.empty() : Optional.of(chunk);
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            received.write(bytes, offset, length);
            byte[] copy = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            output.add(new Chunk(Stream.STDOUT, copy));
            output.add(new Chunk(Stream.STDERR, copy));
        }

        @Override
        public void closeInput() {
            inputClosed = true;
            output.add(END);
        }

        @Override
        public void close() {
            output.add(END);
        }
    }

    private record Client(InputStream input, OutputStream output) implements Upgraded {
        @Override
        public void close() {}
    }

    private static Client client(String input, OutputStream output) {
        return new Client(new ByteArrayInputStream(input.getBytes(StandardCharsets.US_ASCII)), output);
    }

    @Test
    void outputOfTwoStreamsIsFramedAndTheEndOfInputIsPassedOn() {
        var process = new Echo(false);
        var output = new ByteArrayOutputStream();

        new Session(process, Set.of(Stream.STDOUT, Stream.STDERR), true, true, DetachKeys.standard())
                .run(client("hi", output));

        assertThat(process.inputClosed).isTrue();
        assertThat(output.toByteArray())
                .containsExactly(1, 0, 0, 0, 0, 0, 0, 2, 'h', 'i', 2, 0, 0, 0, 0, 0, 0, 2, 'h', 'i');
    }

    @Test
    void onlyTheStreamsThatWereAskedForAreSent() {
        var process = new Echo(false);
        var output = new ByteArrayOutputStream();

        new Session(process, Set.of(Stream.STDERR), true, true, DetachKeys.standard()).run(client("x", output));

        assertThat(output.toByteArray()).containsExactly(2, 0, 0, 0, 0, 0, 0, 1, 'x');
    }

    @Test
    void detachingFromATerminalEndsTheSessionAndNotTheProcess() {
        var process = new Echo(true);
        var output = new ByteArrayOutputStream();

        new Session(process, Set.of(Stream.STDOUT), true, true, DetachKeys.standard())
                .run(client("ls\u0010\u0011never", output));

        assertThat(process.received.toString(StandardCharsets.US_ASCII)).isEqualTo("ls");
        assertThat(process.inputClosed).isFalse();
        assertThat(output.toString(StandardCharsets.US_ASCII)).isEqualTo("ls");
    }

    @Test
    void withoutATerminalTheKeysAreOrdinaryBytes() {
        var process = new Echo(false);

        new Session(process, Set.of(), true, true, DetachKeys.standard())
                .run(client("\u0010\u0011", OutputStream.nullOutputStream()));

        assertThat(process.received.toByteArray()).containsExactly(0x10, 0x11);
    }

    @Test
    void aClientThatIsGoneEndsTheSession() {
        var process = new Echo(true);
        var broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        };

        new Session(process, Set.of(Stream.STDOUT), true, false, DetachKeys.standard()).run(client("x", broken));

        assertThat(process.inputClosed).isFalse();
    }
}
