package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Against a peer written in Python, since the JDK has no such socket to make one from.
@Timeout(30)
class SeqPacketSocketTest {

    private static final String LISTEN = """
            import os, socket, sys, time
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            os.chdir(os.path.dirname(sys.argv[1]))
            s.bind(os.path.basename(sys.argv[1]))
            s.listen(10)
            print('listening', flush=True)
            c, _ = s.accept()
            """;

    @TempDir
    Path temp;

    private final List<Process> peers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void needsPython() {
        assumeTrue(Host.has("python3"), "the peer is a python3 program");
    }

    @AfterEach
    void endPeers() {
        peers.forEach(Process::destroyForcibly);
        threads.close();
    }

    @Test
    void packetsKeepTheirBoundsAndTheEndIsSeen() throws IOException {
        Path path = peer("c.send(b'\\2one'); c.send(b'\\3' + b'x' * 8192); c.close()");

        try (var socket = SeqPacketSocket.connect(path)) {
            byte[] buffer = new byte[8193];
            assertThat(socket.read(buffer)).isEqualTo(4);
            assertThat(new String(buffer, 0, 4, StandardCharsets.ISO_8859_1)).isEqualTo("\2one");
            assertThat(socket.read(buffer)).isEqualTo(8193);
            assertThat(socket.read(buffer)).isEqualTo(-1);
        }
    }

    @Test
    void aPacketThatDoesNotFitIsAnErrorAndNotCut() throws IOException {
        Path path = peer("c.send(b'12345'); c.send(b'67')");

        try (var socket = SeqPacketSocket.connect(path)) {
            assertThatThrownBy(() -> socket.read(new byte[4]))
                    .isInstanceOf(IOException.class)
                    .hasMessage("a packet of 5 bytes, at most 4 were expected");
            assertThat(socket.read(new byte[4])).isEqualTo(2);
        }
    }

    @Test
    void aPathLongerThanAnAddressIsReached() throws IOException {
        Path deep = temp;
        while (deep.toString().length() < 400) {
            deep = Files.createDirectory(deep.resolve("a".repeat(50)));
        }
        Path path = peer(deep.resolve("attach-" + "s".repeat(80)), "c.send(b'far')");

        try (var socket = SeqPacketSocket.connect(path)) {
            assertThat(socket.read(new byte[10])).isEqualTo(3);
        }
    }

    @Test
    void afterShutdownThePeerReadsTheEndAndCanStillAnswer() throws IOException {
        Path path = peer("""
                got = b''
                while True:
                    p = c.recv(65536)
                    if not p: break
                    got += p
                c.send(str(len(got)).encode())
                """);

        try (var socket = SeqPacketSocket.connect(path)) {
            socket.write(new byte[20_000], 0, 20_000);
            socket.write(new byte[0], 0, 0);
            socket.shutdownOutput();
            byte[] buffer = new byte[10];
            assertThat(new String(buffer, 0, socket.read(buffer), StandardCharsets.US_ASCII))
                    .isEqualTo("20000");
        }
    }

    @Test
    void closingWakesAReaderThatWaits() throws Exception {
        Path path = peer("time.sleep(60)");
        var socket = SeqPacketSocket.connect(path);
        Future<Integer> read = threads.submit(() -> socket.read(new byte[10]));
        assertStillWaits(read);

        socket.close();

        assertThat(read.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(socket.read(new byte[10])).isEqualTo(-1);
        assertThatThrownBy(() -> socket.write(new byte[1], 0, 1)).hasMessage("send: broken pipe");
    }

    @Test
    void aWriterWaitsForASlowPeerAndClosingWakesIt() throws Exception {
        Path path = peer("time.sleep(60)");
        var socket = SeqPacketSocket.connect(path);
        Callable<Boolean> writeMuch = () -> {
            socket.write(new byte[10_000_000], 0, 10_000_000);
            return true;
        };
        Future<Boolean> written = threads.submit(writeMuch);
        assertStillWaits(written);

        socket.close();

        assertThatThrownBy(() -> written.get(5, TimeUnit.SECONDS)).hasMessageContaining("send: broken pipe");
    }

    @Test
    void backPressureEndsWhenThePeerReads() throws IOException {
        Path path = peer("""
                time.sleep(0.3)
                total = 0
                while total < 3000000:
                    total += len(c.recv(65536))
                c.send(b'all')
                """);

        try (var socket = SeqPacketSocket.connect(path)) {
            socket.write(new byte[3_000_000], 0, 3_000_000);
            assertThat(socket.read(new byte[10])).isEqualTo(3);
        }
    }

    /// Far more readers than carriers: were each to hold one, the last would never be answered.
    @Test
    void waitingReadersHoldNoCarrier() throws Exception {
        int connections = 300;
        Path path = peer("""
                all = [c] + [s.accept()[0] for _ in range(299)]
                all[0].recv(10)
                for each in all: each.send(b'x')
                time.sleep(5)
                """);
        var sockets = new ArrayList<SeqPacketSocket>();
        var reads = new ArrayList<Future<Integer>>();
        for (int i = 0; i < connections; i++) {
            var socket = SeqPacketSocket.connect(path);
            sockets.add(socket);
            reads.add(threads.submit(() -> socket.read(new byte[10])));
        }

        sockets.getFirst().write(new byte[1], 0, 1);

        for (Future<Integer> read : reads) {
            assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        }
        sockets.forEach(SeqPacketSocket::close);
    }

    @Test
    void aMissingSocketAndOneNobodyListensToAreToldApart() throws IOException {
        Path missing = temp.resolve("missing");
        Path dead = peer("pass");
        peers.getFirst().destroyForcibly().onExit().join();

        assertThatThrownBy(() -> SeqPacketSocket.connect(missing))
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        assertThatThrownBy(() -> SeqPacketSocket.connect(dead))
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED));
    }

    @Test
    void aPeerThatLeavesBeforeItReadsIsTheEnd() throws IOException {
        Path path = peer("time.sleep(0.2); c.close()");

        try (var socket = SeqPacketSocket.connect(path)) {
            socket.write(new byte[10], 0, 10);
            assertThat(socket.read(new byte[10])).isEqualTo(-1);
        }
    }

    @Test
    void aDatagramReachesAPathAndAnAbstractName() throws Exception {
        for (String address : List.of(temp.resolve("notify").toString(), "@bulkhead-test-" + System.nanoTime())) {
            Process receiver = python("""
                    import socket, sys
                    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                    s.bind(sys.argv[1].replace('@', '\\0'))
                    print('listening', flush=True)
                    print(s.recv(100).decode(), flush=True)
                    """, address);
            assertThat(receiver.inputReader().readLine()).isEqualTo("listening");

            UnixDatagram.send(address, "READY=1".getBytes(StandardCharsets.US_ASCII));

            assertThat(receiver.inputReader().readLine()).isEqualTo("READY=1");
        }
    }

    private static void assertStillWaits(Future<?> future) {
        assertThatThrownBy(() -> future.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    }

    private Path peer(String script) throws IOException {
        return peer(temp.resolve("socket"), script);
    }

    private Path peer(Path path, String script) throws IOException {
        Process process = python(LISTEN + script, path.toString());
        assertThat(process.inputReader().readLine()).isEqualTo("listening");
        return path;
    }

    private Process python(String script, String argument) throws IOException {
        Process process = new ProcessBuilder("python3", "-c", script, argument)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        peers.add(process);
        return process;
    }
}
