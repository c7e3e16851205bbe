package io.bulkhead.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The daemon as its own process, in a mount and a network namespace of its own.
@Timeout(120)
class DaemonTest {

    @TempDir
    private Path directory;

    private final List<Running> started = new ArrayList<>();

    /// A process and its log.
    private record Running(Process process, BufferedReader log) {

        /// Reads the log up to the event.
        String awaitEvent(String event) throws IOException {
            var read = new StringBuilder();
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                read.append(line).append('\n');
                if (line.contains(" " + event)) {
                    return read.toString();
                }
            }
            throw new AssertionError("no event `" + event + "` in " + read);
        }

        /// Unlike [Process#destroy] this leaves the log open.
        void terminate() {
            assertThat(process.toHandle().destroy()).isTrue();
        }

        int waitFor() throws InterruptedException {
            return process.waitFor();
        }
    }

    @BeforeEach
    void needs() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        for (String program : List.of("/usr/bin/unshare", "/usr/bin/crun", "/usr/bin/conmon", "/usr/sbin/nft")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(program)), "needs " + program);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Running each : started) {
            each.process.destroyForcibly().waitFor();
        }
    }

    private Path socket() {
        return directory.resolve("s");
    }

    private List<String> command(Path state, Path socket, String... more) {
        var command = new ArrayList<>(List.of("unshare", "--mount", "--net", "--propagation", "slave", "--"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.bulkhead.daemon.Main",
                "--config",
                "/dev/null",
                "--state",
                state.toString(),
                "--run",
                directory.resolve("run").toString(),
                "--socket",
                socket.toString()));
        command.addAll(List.of(more));
        return command;
    }

    private Running start() throws IOException {
        return start(command(directory.resolve("state"), socket()));
    }

    private Running start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        var log = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        var running = new Running(process, log);
        started.add(running);
        return running;
    }

    private String ask(String path) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            int _ = channel.write(StandardCharsets.US_ASCII.encode(
                    "GET " + path + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void itAnswersOnASocketOnlyRootCanReachAndEndsCleanlyOnSigterm() throws Exception {
        Running daemon = start();
        daemon.awaitEvent("started");

        assertThat(ask("/_ping")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nOK");
        assertThat(ask("/v1.51/containers/json?all=1")).endsWith("\r\n\r\n[]\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("state"))))
                .isEqualTo("rwx------");
        assertThat(names()).containsExactlyInAnyOrder("run", "s", "state");

        daemon.terminate();
        daemon.awaitEvent("stopped");
        assertThat(daemon.waitFor()).isEqualTo(143);
        assertThat(names()).containsExactlyInAnyOrder("run", "state");
    }

    @Test
    void twoDaemonsNeverShareAStateRoot() throws Exception {
        Running first = start();
        first.awaitEvent("started");

        Running second = start(command(directory.resolve("state"), directory.resolve("other")));

        assertThat(second.awaitEvent("ERROR not started"))
                .contains("another bulkheadd (pid " + first.process.pid() + ") uses " + directory.resolve("state"));
        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(ask("/nothing")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void aSocketLeftByAKilledDaemonIsReplacedAndALiveOneIsNot() throws Exception {
        Running first = start();
        first.awaitEvent("started");
        Running rival = start(command(directory.resolve("other"), socket()));
        assertThat(rival.awaitEvent("ERROR not started")).contains("somebody listens on " + socket());
        first.process.destroyForcibly().waitFor();
        assertThat(Files.exists(socket(), LinkOption.NOFOLLOW_LINKS)).isTrue();

        Running second = start();
        second.awaitEvent("started");

        assertThat(ask("/nothing")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void systemdCanHandItTheSocketAndIsToldWhenItIsReady() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "needs python3 to play systemd");
        Path notify = directory.resolve("notify");
        String systemd = """
                import os, socket, sys
                n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); n.bind(sys.argv[2])
                l = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM); l.bind(sys.argv[1]); l.listen(5)
                child = os.fork()
                if child == 0:
                    os.dup2(l.fileno(), 3)
                    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), NOTIFY_SOCKET=sys.argv[2])
                    os.execvp(sys.argv[3], sys.argv[3:])
                print(n.recv(1000).decode(), flush=True)
                sys.stdin.read()
                os.kill(child, 15)
                print(n.recv(1000).decode(), flush=True)
                os.waitpid(child, 0)
                """;
        var command = new ArrayList<>(List.of("python3", "-c", systemd, socket().toString(), notify.toString()));
        command.addAll(command(directory.resolve("state"), socket(), "--log-format", "json"));
        Process daemon = start(command).process;
        var said = new BufferedReader(new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8));

        assertThat(said.readLine()).isEqualTo("READY=1");
        assertThat(said.readLine()).isEqualTo("STATUS=answering");
        assertThat(ask("/nothing")).startsWith("HTTP/1.1 404 ");
        daemon.getOutputStream().close();
        assertThat(said.readLine()).isEqualTo("STOPPING=1");
        assertThat(daemon.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(socket()).as("not ours to remove").exists();
    }

    @Test
    void aStateRootThatOthersCouldHavePreparedIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
        Path foreign = Files.createDirectory(directory.resolve("foreign"));
        Files.setAttribute(foreign, "unix:uid", 65534);
        Path link = Files.createSymbolicLink(directory.resolve("link"), Files.createDirectory(directory.resolve("x")));
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> StateRoot.open(open)).hasMessageContaining("can be written by others");
        assertThatThrownBy(() -> StateRoot.open(foreign)).hasMessageContaining("belongs to uid 65534");
        assertThatThrownBy(() -> StateRoot.open(link)).hasMessageContaining("is a symbolic link");
        assertThatThrownBy(() -> StateRoot.open(file)).hasMessageContaining("is not a directory");
    }

    @Test
    void anythingButASocketInTheSocketsPlaceIsLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("s"), "precious");

        assertThatThrownBy(() -> SocketFile.prepare(new Config.Socket(file, 0600, java.util.Optional.empty())))
                .hasMessageContaining("exists and is not a socket");
        assertThat(file).hasContent("precious");
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
