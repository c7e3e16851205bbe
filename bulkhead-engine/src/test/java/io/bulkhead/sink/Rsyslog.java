package io.bulkhead.sink;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real rsyslogd with a configuration of its own, on loopback and in a directory.
final class Rsyslog implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/rsyslogd");

    final Path directory;
    final Path socket;
    final int udp = freePort();
    final int tcp = freePort();
    final int tls = freePort();
    private @Nullable Process process;

    Rsyslog(Path directory) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "rsyslogd is not installed (package rsyslog)");
        this.directory = directory;
        socket = directory.resolve("log.sock");
    }

    static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /// @param certificates whether to listen for TLS with those in the directory
    void start(boolean certificates) throws IOException, InterruptedException {
        String global = certificates ? """
                global(workDirectory="%1$s" DefaultNetstreamDriver="ossl" DefaultNetstreamDriverCAFile="%1$s/ca.pem"
                       DefaultNetstreamDriverCertFile="%1$s/server.pem" DefaultNetstreamDriverKeyFile="%1$s/server.key")
                """ : "global(workDirectory=\"%1$s\")\n";
        String secure = certificates ? """
                input(type="imtcp" address="127.0.0.1" port="%4$d" StreamDriver.Name="ossl" StreamDriver.Mode="1"
                      StreamDriver.AuthMode="x509/name" PermittedPeer=["engine.example"])
                """ : "";
        Files.writeString(
                directory.resolve("rsyslog.conf"), (global + """
                        module(load="imuxsock" SysSock.Use="off")
                        input(type="imuxsock" Socket="%1$s/log.sock" UseSpecialParser="off" ParseHostname="on"
                              RateLimit.Interval="0")
                        module(load="imudp")
                        input(type="imudp" address="127.0.0.1" port="%2$d")
                        module(load="imtcp")
                        input(type="imtcp" address="127.0.0.1" port="%3$d" StreamDriver.Name="ptcp"
                              StreamDriver.Mode="0")
                        """ + secure + """
                        template(name="kept" type="string" string="%%pri%%|%%app-name%%|%%msgid%%|%%msg%%\\n")
                        action(type="omfile" file="%1$s/kept" template="kept")
                        """).formatted(directory, udp, tcp, tls));
        process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "-n",
                        "-f",
                        directory.resolve("rsyslog.conf").toString(),
                        "-i",
                        directory.resolve("pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        Instant end = Instant.now().plusSeconds(10);
        while (!Files.exists(socket) || !listening()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw new IllegalStateException(Files.readString(directory.resolve("output")));
            }
            Thread.sleep(20);
        }
    }

    private boolean listening() {
        try (var _ = new java.net.Socket(InetAddress.getLoopbackAddress(), tcp)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// `pri|app-name|msgid|message` of each that it stored.
    List<String> kept() throws IOException {
        Path kept = directory.resolve("kept");
        return Files.exists(kept)
                ? Files.readString(kept, StandardCharsets.ISO_8859_1).lines().toList()
                : List.of();
    }

    List<String> keptWith(String text, int count) throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (true) {
            List<String> found =
                    kept().stream().filter(line -> line.contains(text)).toList();
            if (found.size() >= count || Instant.now().isAfter(end)) {
                return found;
            }
            Thread.sleep(50);
        }
    }

    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
