package io.bulkhead.cli.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.Endpoint;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalProxyTest {

    @TempDir
    Path directory;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private ServerSocketChannel daemon;
    private SignalProxy proxy;

    @BeforeEach
    void aDaemonThatAgreesToEverything() throws IOException {
        daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        daemon.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
        proxy = new SignalProxy(new Api(new Endpoint.Unix(directory.resolve("socket"))), "abc");
        Thread.ofVirtual().start(this::answer);
    }

    @AfterEach
    void close() throws IOException {
        daemon.close();
    }

    private void answer() {
        try {
            while (true) {
                try (var connection = daemon.accept()) {
                    byte[] bytes = new byte[4096];
                    int count = Channels.newInputStream(connection).read(bytes);
                    requests.add(new String(bytes, 0, count, StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .orElse(""));
                    Channels.newOutputStream(connection)
                            .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private static String kill(String signal) {
        return "POST /v1.51/containers/abc/kill?signal=" + signal + " HTTP/1.1";
    }

    @Test
    void aSignalThatComesBeforeTheContainerRunsIsSentOnceItDoes() {
        proxy.got("INT");
        proxy.got("TERM");
        assertThat(requests).isEmpty();

        proxy.begin();

        assertThat(requests).containsExactly(kill("SIGINT"), kill("SIGTERM"));
    }

    @Test
    void aSignalToARunningContainerIsSentAtOnce() {
        proxy.begin();

        proxy.got("HUP");

        assertThat(requests).containsExactly(kill("SIGHUP"));
    }
}
