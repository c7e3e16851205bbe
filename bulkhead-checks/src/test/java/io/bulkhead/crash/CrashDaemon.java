package io.bulkhead.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A daemon that can be killed and started again: in a mount namespace of its own each time, and in one network
/// namespace all the time, which a process of its own holds. Its state is in a short temporary directory.
final class CrashDaemon {

    private static final long START_LIMIT = 60;

    private final Path directory;
    private final Process network;
    private final Api api;
    private final Set<String> made = new TreeSet<>();
    private @Nullable Process process;

    private CrashDaemon(Path directory, Process network) {
        this.directory = directory;
        this.network = network;
        this.api = new Api(directory.resolve("s"));
    }

    /// A daemon with the image `crash`: a busybox.
    static CrashDaemon open() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "bh");
        // The runtime mounts in it as container root, who is nobody on the host.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        var network = new ProcessBuilder(
                        "unshare", "--net", "--", "sh", "-c", "ip link set lo up; echo up; exec sleep 3600")
                .start();
        int _ = network.getInputStream().read();
        Files.writeString(directory.resolve("config.yaml"), "ids:\n  first: 2500000000\n  count: 100000000\n");
        var daemon = new CrashDaemon(directory, network);
        daemon.start();
        daemon.importImage();
        return daemon;
    }

    Api api() {
        return api;
    }

    Path directory() {
        return directory;
    }

    Path state() {
        return directory.resolve("state");
    }

    /// Remembers whom to look for on the host.
    void made(String id) {
        made.add(id);
    }

    List<String> inNetwork(String... command) {
        return Stream.concat(Stream.of("nsenter", "--net=/proc/" + network.pid() + "/ns/net", "--"), Stream.of(command))
                .toList();
    }

    private List<String> command() {
        return List.of(inNetwork(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "slave",
                        "--",
                        "sh",
                        "-c",
                        // As packaging/bulkheadd does.
                        "[ \"$(stat -f -c %T /sys/fs/cgroup)\" = cgroup2fs ]"
                                + " || [ \"$(stat -f -c %T /sys/fs/cgroup/unified 2>/dev/null)\" != cgroup2fs ]"
                                + " || umount /sys/fs/cgroup/unified; exec \"$@\"",
                        "bulkheadd",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.bulkhead.daemon.Main",
                        "--config",
                        directory.resolve("config.yaml").toString(),
                        "--state",
                        state().toString(),
                        "--run",
                        directory.resolve("run").toString(),
                        "--socket",
                        directory.resolve("s").toString())
                .toArray(new String[0]));
    }

    /// What a second daemon on the same state says.
    String startSecond() throws IOException, InterruptedException {
        Path log = directory.resolve("second.log");
        Process second = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(second.waitFor(START_LIMIT, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            return Files.readString(log);
        } finally {
            second.destroyForcibly().waitFor();
        }
    }

    /// Returns when it answers.
    void start() throws IOException, InterruptedException {
        Process started = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        process = started;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_LIMIT);
        while (api.get("/_ping").status() != 200) {
            assertThat(started.isAlive())
                    .as("the daemon ended: %s", Files.readString(log(), StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(System.nanoTime()).as("the daemon does not answer").isLessThan(end);
            Thread.sleep(20);
        }
    }

    Path log() {
        return directory.resolve("log");
    }

    /// SIGKILL to the daemon alone.
    void kill() throws InterruptedException {
        Process running = Objects.requireNonNull(process);
        int _ = running.destroyForcibly().waitFor();
        process = null;
    }

    private void importImage() throws IOException, InterruptedException {
        Path root = directory.resolve("image");
        Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("tmp"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        for (String applet : List.of("sh", "sleep", "true", "echo", "cat", "env", "head")) {
            Files.createSymbolicLink(root.resolve("bin/" + applet), Path.of("busybox"));
        }
        Path tar = directory.resolve("image.tar");
        run(List.of("tar", "-C", root.toString(), "-cf", tar.toString(), "."));
        Api.Answer answer = api.ask(
                "POST", "/images/create?fromSrc=-&repo=crash&tag=latest", Files.readAllBytes(tar), "application/x-tar");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("errorDetail");
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
        run.getOutputStream().close();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).as("%s: %s", command, said).isZero();
        return said;
    }

    /// What is on the host and in the daemon's directories, but for what every request adds to.
    Residue residue() throws IOException, InterruptedException {
        return Residue.of(this, made);
    }

    /// Removes all containers through the daemon, and by force what a failed test leaves.
    void close() throws IOException, InterruptedException {
        try {
            if (process != null) {
                for (String id : List.copyOf(made)) {
                    api.delete("/containers/" + id + "?force=1");
                }
                process.destroy();
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    kill();
                }
            }
        } finally {
            Residue.removeByForce(this, made);
            network.destroyForcibly().waitFor();
            run(List.of("rm", "-rf", "--one-file-system", directory.toString()));
        }
    }
}
