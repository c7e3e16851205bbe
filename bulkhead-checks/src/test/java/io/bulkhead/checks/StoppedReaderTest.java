package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients that attach and do not read, as `docker attach` does under ctrl-z. They hold a container's output up, but
/// neither its end nor its removal.
@WithDaemon
@Timeout(120)
class StoppedReaderTest {

    private final RunningDaemon daemon;

    StoppedReaderTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    /// Its answer's head is read, so that it is attached when this returns.
    private SocketChannel attach(String post, String body) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(daemon.socket()));
        String head = "POST " + post + " HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        var answer = new StringBuilder();
        InputStream in = Channels.newInputStream(channel);
        while (!answer.toString().endsWith("\r\n\r\n")) {
            answer.append((char) in.read());
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 101 ");
        return channel;
    }

    private SocketChannel attach(String container) throws IOException {
        return attach("/containers/" + container + "/attach?stream=1&stdout=1&stderr=1", "");
    }

    /// Until its output is held up, so until all buffers are full.
    private void awaitStandstill(String container) {
        Eventually.value("the output stands still", () -> twice(container), same -> same);
    }

    private boolean twice(String container) {
        int before = daemon.docker("logs", container).out().length();
        daemon.said("exec", container, "sleep", "0.5");
        return before > 0 && daemon.docker("logs", container).out().length() == before;
    }

    private static long payload(SocketChannel channel) throws IOException {
        long bytes = 0;
        var in = new DataInputStream(Channels.newInputStream(channel));
        for (int kind = in.read(); kind >= 0; kind = in.read()) {
            in.skipNBytes(3);
            int length = in.readInt();
            in.skipNBytes(length);
            bytes += length;
        }
        return bytes;
    }

    @Test
    void aContainerWhoseClientDoesNotReadEndsAndTheClientGetsAllOfItsOutput() throws IOException {
        String id = daemon.said("create", IMAGE, "yes");
        try (SocketChannel client = attach(id)) {
            daemon.said("start", id);
            awaitStandstill(id);

            daemon.said("kill", id);

            Eventually.value("it has ended", () -> daemon.inspect(id, "{{.State.Status}}"), "exited"::equals);
            assertThat(payload(client))
                    .isEqualTo(daemon.docker("logs", id).out().length());
        }
    }

    @Test
    void aContainerWhoseClientDoesNotReadCanBeRemoved() throws IOException {
        String id = daemon.said("create", IMAGE, "yes");
        try (SocketChannel _ = attach(id)) {
            daemon.said("start", id);
            awaitStandstill(id);

            assertThat(daemon.docker("rm", "-f", id)).isEqualTo(new Ran(0, id + "\n", ""));
        }
    }

    @Test
    void anExecWhoseClientDoesNotReadEndsWithItsContainer() throws IOException {
        String id = daemon.said("run", "-d", IMAGE, "sleep", "1000");
        String made = RawRequest.send(
                        daemon.socket(),
                        "POST /containers/" + id
                                + "/exec HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 49\r\n\r\n{\"Cmd\":[\"yes\"],\"AttachStdout\":true,\"Tty\":false}  ")
                .text();
        String exec = made.replaceAll("(?s).*\"Id\":\"([0-9a-f]+)\".*", "$1");
        try (SocketChannel _ = attach("/exec/" + exec + "/start", "{\"Detach\":false}")) {
            assertThat(daemon.docker("rm", "-f", id)).isEqualTo(new Ran(0, id + "\n", ""));

            Path itsOwn = daemon.home().resolve("run/containers/" + id + "/exec-" + exec);
            Eventually.holds(
                    "its monitor is gone", () -> Leftovers.processes(itsOwn).isEmpty());
        }
    }
}
