package io.bulkhead.runtime;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.FileChannels;
import io.bulkhead.kernel.Pipe;
import io.bulkhead.kernel.SeqPacketSocket;
import io.bulkhead.kernel.Spawn;
import io.bulkhead.name.ContainerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A container of conmon and crun with nothing of the engine around it: what tests of the layer below run against. It
/// has the host's user namespace and a read-only busybox.
final class Monitored implements AutoCloseable {

    static final String CGROUP_PARENT = "bulkhead-test";

    private static final List<String> COMMANDS =
            List.of("sh", "cat", "echo", "sleep", "stty", "dd", "head", "seq", "true", "id", "yes", "wc", "tr");

    final ContainerId id = ContainerId.random(new Random());
    final Path directory;
    final BufferedReader sync;
    private final List<SeqPacketSocket> attached = new ArrayList<>();

    private Monitored(Path directory, BufferedReader sync) {
        this.directory = directory;
        this.sync = sync;
    }

    static void assumePossible() {
        assumeTrue("root".equals(System.getProperty("user.name")), "runs containers, which needs root");
        for (String program : List.of("/usr/bin/conmon", "/usr/bin/crun", "/usr/bin/busybox")) {
            assumeTrue(Files.isExecutable(Path.of(program)), "needs " + program);
        }
    }

    /// What to ask for. All containers of one `base` share one root file system.
    record Request(Path base, List<String> command, boolean tty, List<String> options, long memory, int syncNumber) {
        Request(Path base, String script) {
            this(base, List.of("/bin/sh", "-c", script), false, List.of(), 0, 3);
        }

        Request onTerminal() {
            return new Request(base, command, true, options, memory, syncNumber);
        }

        Request with(String... more) {
            return new Request(base, command, tty, List.of(more), memory, syncNumber);
        }

        Request limitedTo(long bytes) {
            return new Request(base, command, tty, options, bytes, syncNumber);
        }

        Request syncAt(int number) {
            return new Request(base, command, tty, options, memory, number);
        }
    }

    /// Created, if [#firstLine] says so, and not started.
    static Monitored create(Request request) throws IOException {
        Path rootfs = rootfs(request.base());
        Pipe pipe = Spawn.pipe();
        var reader = new BufferedReader(new InputStreamReader(FileChannels.input(pipe.read()), StandardCharsets.UTF_8));
        var container = new Monitored(Files.createDirectories(request.base().resolve("c" + System.nanoTime())), reader);
        Files.createDirectory(container.directory.resolve("exit"));
        Files.createDirectory(container.directory.resolve("persist"));
        Files.writeString(container.directory.resolve("config.json"), container.config(request, rootfs));

        var env = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
        env.put("_OCI_SYNCPIPE", Integer.toString(request.syncNumber()));
        run(env, Map.of(request.syncNumber(), pipe.write()), container.arguments(request));
        pipe.write().close();
        return container;
    }

    private List<String> arguments(Request request) {
        var argv =
                new ArrayList<>(List.of("/usr/bin/conmon", "--api-version", "1", "-c", id.value(), "-u", id.value()));
        argv.addAll(List.of("-r", "/usr/bin/crun", "-b", directory.toString(), "-i", "--full-attach"));
        argv.addAll(
                List.of("-p", file("pid").toString(), "-P", file("conmon.pid").toString()));
        argv.addAll(List.of(
                "--exit-dir",
                file("exit").toString(),
                "--persist-dir",
                file("persist").toString()));
        argv.addAll(List.of("-l", "k8s-file:" + file("log"), "--no-sync-log"));
        argv.addAll(List.of("--runtime-arg=--log=" + file("oci-log"), "--runtime-arg=--log-format=json"));
        if (request.tty()) {
            argv.add("-t");
        }
        argv.addAll(request.options());
        return argv;
    }

    /// crun 1.8 refuses hosts with both versions of cgroups unless the second is out of sight.
    static int run(Map<String, String> env, Map<Integer, io.bulkhead.kernel.Fd> more, List<String> argv) {
        var whole = new ArrayList<>(List.of("/usr/bin/unshare", "-m", "--propagation", "slave", "/bin/sh", "-c"));
        whole.add("umount /sys/fs/cgroup/unified 2>&-; exec \"$@\"");
        whole.add("sh");
        whole.addAll(argv);
        try (Pipe in = Spawn.pipe();
                Pipe out = Spawn.pipe()) {
            var descriptors = new HashMap<>(Map.of(0, in.read(), 1, out.write(), 2, out.write()));
            descriptors.putAll(more);
            return Spawn.start(whole, env, descriptors, true).exit().join();
        }
    }

    private String config(Request request, Path rootfs) {
        String limits = request.memory() == 0
                ? "{}"
                : "{\"memory\":{\"limit\":%d,\"swap\":%d}}".formatted(request.memory(), request.memory());
        return """
                {"ociVersion":"1.0.0","process":{"terminal":%s,"user":{"uid":0,"gid":0},"args":[%s],"env":["PATH=/bin"],
                "cwd":"/"},"root":{"path":"%s","readonly":true},"mounts":[
                {"destination":"/proc","type":"proc","source":"proc"},
                {"destination":"/dev","type":"tmpfs","source":"tmpfs"},
                {"destination":"/dev/pts","type":"devpts","source":"devpts","options":["newinstance","ptmxmode=0666"]}],
                "linux":{"namespaces":[{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"network"}],
                "cgroupsPath":"/%s/%s","resources":%s}}""".formatted(request.tty(), quoted(request.command()), rootfs, CGROUP_PARENT, id, limits);
    }

    static String quoted(List<String> words) {
        return words.stream()
                .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(java.util.stream.Collectors.joining(","));
    }

    private static Path rootfs(Path base) throws IOException {
        Path rootfs = base.resolve("rootfs");
        if (!Files.exists(rootfs)) {
            for (String name : List.of("bin", "dev", "proc", "tmp")) {
                Files.createDirectories(rootfs.resolve(name));
            }
            Files.copy(Path.of("/usr/bin/busybox"), rootfs.resolve("bin/busybox"));
            rootfs.resolve("bin/busybox").toFile().setExecutable(true, false);
            for (String command : COMMANDS) {
                Files.createSymbolicLink(rootfs.resolve("bin").resolve(command), Path.of("busybox"));
            }
        }
        return rootfs;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /// What conmon says first; null when it ends without a word.
    @Nullable
    String firstLine() throws IOException {
        return sync.readLine();
    }

    Monitored created() throws IOException {
        String line = firstLine();
        if (line == null || !line.matches("\\{\"data\": [0-9]+}")) {
            throw new AssertionError("not created: " + line);
        }
        return this;
    }

    /// Where the sync pipe says nothing: the runtime writes it last.
    void awaitPidFile() throws InterruptedException {
        for (int waited = 0; waited < 5000 && !Files.exists(file("pid")); waited += 10) {
            Thread.sleep(10);
        }
    }

    int pid() {
        return Integer.parseInt(read("pid"));
    }

    int start() {
        return crun("start", id.value());
    }

    static int crun(String... arguments) {
        var argv = new ArrayList<>(List.of("/usr/bin/crun"));
        argv.addAll(List.of(arguments));
        return run(Map.of("PATH", System.getenv("PATH")), Map.of(), argv);
    }

    /// A program started in the running container, its streams attached before it ran.
    record Executed(Path directory, @Nullable String syncLine, BufferedReader sync, SeqPacketSocket streams) {}

    Executed exec(boolean tty, String... command) throws IOException {
        Path home = Files.createDirectories(file("exec" + System.nanoTime()));
        Files.createDirectory(home.resolve("exit"));
        Files.writeString(home.resolve("process.json"), """
                {"terminal":%s,"user":{"uid":0,"gid":0},"args":[%s],"env":["PATH=/bin"],"cwd":"/"}""".formatted(tty, quoted(List.of(command))));
        var argv = new ArrayList<>(List.of("/usr/bin/conmon", "--api-version", "1", "-c", id.value()));
        argv.addAll(List.of("-u", ContainerId.random(new Random()).value(), "-r", "/usr/bin/crun", "-i"));
        argv.addAll(
                List.of("-b", home.toString(), "-p", home.resolve("pid").toString(), "--full-attach", "-l", "none"));
        argv.addAll(List.of(
                "-e",
                "--exec-attach",
                "--exec-process-spec",
                home.resolve("process.json").toString()));
        argv.addAll(List.of("--exit-dir", home.resolve("exit").toString(), "--runtime-arg=--log-format=json"));
        argv.add("--runtime-arg=--log=" + home.resolve("oci-log"));
        if (tty) {
            argv.add("-t");
        }
        Pipe syncPipe = Spawn.pipe();
        var lines =
                new BufferedReader(new InputStreamReader(FileChannels.input(syncPipe.read()), StandardCharsets.UTF_8));
        try (Pipe start = Spawn.pipe();
                Pipe ready = Spawn.pipe();
                var go = FileChannels.output(start.write());
                var attachable = FileChannels.input(ready.read())) {
            var env = Map.of(
                    "PATH", System.getenv("PATH"), "_OCI_SYNCPIPE", "3", "_OCI_STARTPIPE", "4", "_OCI_ATTACHPIPE", "5");
            go.write('0');
            run(env, Map.of(3, syncPipe.write(), 4, start.read(), 5, ready.write()), argv);
            syncPipe.write().close();
            if (attachable.read(new byte[100]) < 0) {
                throw new AssertionError("no attach socket");
            }
            var streams = SeqPacketSocket.connect(home.resolve("attach"));
            attached.add(streams);
            go.write('0');
            return new Executed(home, lines.readLine(), lines, streams);
        }
    }

    SeqPacketSocket attach() {
        var socket = SeqPacketSocket.connect(file("attach"));
        attached.add(socket);
        return socket;
    }

    /// Everything until the end, as `2:text` and `3:text`, neighbours of one stream joined.
    static String readAll(SeqPacketSocket socket) throws IOException {
        var all = new StringBuilder();
        byte[] packet = new byte[8193];
        int last = 0;
        for (int length = socket.read(packet); length >= 0; length = socket.read(packet)) {
            if (packet[0] != last) {
                all.append(packet[0]).append(':');
                last = packet[0];
            }
            all.append(new String(packet, 1, length - 1, StandardCharsets.UTF_8));
        }
        return all.toString();
    }

    /// The exit code, waiting up to 10 s for it.
    int exitCode() throws InterruptedException {
        return exitCode(10_000).orElseThrow(() -> new AssertionError("no exit file"));
    }

    java.util.OptionalInt exitCode(int millis) throws InterruptedException {
        Path exit = file("exit").resolve(id.value());
        for (int waited = 0; !Files.exists(exit); waited += 10) {
            if (waited > millis) {
                return java.util.OptionalInt.empty();
            }
            Thread.sleep(10);
        }
        return java.util.OptionalInt.of(Integer.parseInt(read("exit/" + id)));
    }

    String read(String name) {
        try {
            return Files.readString(file(name), StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Cgroup cgroup() {
        return CgroupHost.detect().cgroup("/" + CGROUP_PARENT + "/" + id);
    }

    @Override
    public void close() throws IOException {
        attached.forEach(SeqPacketSocket::close);
        crun("delete", "-f", id.value());
        if (cgroup().exists()) {
            cgroup().killAll(java.time.Duration.ofSeconds(5));
        }
        cgroup().remove();
        sync.close();
    }

    /// The parent of all tests' groups.
    static void removeCgroupParent() {
        CgroupHost.detect().cgroup("/" + CGROUP_PARENT).remove();
    }
}
