package io.bulkhead.sink;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real systemd-journald in a mount namespace of its own, where its sockets and its journal are in a directory of the
/// test's. It is told to leave the kernel's auditing and log alone.
final class Journald implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/lib/systemd/systemd-journald");

    private final Path directory;
    final Path socket;
    private @Nullable Process process;

    Journald(Path directory) {
        assumeTrue(Files.isExecutable(PROGRAM), "systemd-journald is not installed (package systemd)");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/journalctl")), "journalctl is not installed");
        assumeTrue("root".equals(System.getProperty("user.name")), "a mount namespace needs root");
        this.directory = directory;
        socket = directory.resolve("run/journal/socket");
    }

    void start() throws IOException, InterruptedException {
        Files.createDirectories(directory.resolve("run/journal"));
        Files.createDirectories(directory.resolve("log"));
        Files.writeString(directory.resolve("journald.conf"), """
                [Journal]
                Storage=volatile
                Audit=
                ReadKMsg=no
                ForwardToSyslog=no
                ForwardToWall=no
                RateLimitIntervalSec=0
                """);
        // The state directories exist in the namespace only.
        process = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        """
                        set -e
                        mount -t tmpfs tmpfs /run
                        mkdir -p /run/systemd /run/log/journal
                        mount --bind "$1/run" /run/systemd
                        mount --bind "$1/log" /run/log/journal
                        mount -t tmpfs tmpfs /etc/systemd
                        cp "$1/journald.conf" /etc/systemd/journald.conf
                        exec "$2"
                        """,
                        "sh",
                        directory.toString(),
                        PROGRAM.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("journald.output").toFile())
                .start();
        Instant end = Instant.now().plusSeconds(10);
        while (!Files.exists(socket)) {
            assumeTrue(
                    process.isAlive() && Instant.now().isBefore(end),
                    () -> "systemd-journald does not run here: " + output());
            Thread.sleep(20);
        }
    }

    private String output() {
        try {
            return Files.readString(directory.resolve("journald.output"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /// Entries that match, as journalctl shows them in JSON; waits until there are `count`.
    List<JsonNode> entries(int count, String... matches) throws Exception {
        Instant end = Instant.now().plusSeconds(30);
        while (true) {
            List<JsonNode> found = read(matches);
            if (found.size() >= count || Instant.now().isAfter(end)) {
                return found;
            }
            Thread.sleep(100);
        }
    }

    private List<JsonNode> read(String... matches) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(
                List.of("journalctl", "--all", "--output=json", "--quiet", "--directory=" + directory.resolve("log")));
        command.addAll(List.of(matches));
        Process journalctl = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(journalctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        journalctl.waitFor();
        return text.lines().map(line -> JsonMapper.shared().readTree(line)).toList();
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
