package io.bulkhead.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The daemon of this build in a process, a mount namespace and a network namespace of its own, and the stock client
/// to ask it with. Closing it leaves nothing behind.
final class RunningDaemon implements AutoCloseable {

    /// The name of the image with [SmallRoot] in it.
    static final String IMAGE = "small:1";

    /// Ids no other daemon on this host hands out.
    private static final long FIRST_ID = 3_000_000_000L;

    private static final Duration STOP = Duration.ofSeconds(30);

    /// What packaging/bulkheadd does before it becomes the JVM.
    private static final String ENTER = """
            if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] &&
                [ "$(stat -f -c %T /sys/fs/cgroup/unified 2>/dev/null)" = cgroup2fs ]; then
                umount /sys/fs/cgroup/unified
            fi
            exec "$@"
            """;

    private final Path home;
    private final Process networkHolder;
    private Process daemon;

    private RunningDaemon(Path home, Process networkHolder, Process daemon) {
        this.home = home;
        this.networkHolder = networkHolder;
        this.daemon = daemon;
    }

    /// What a machine needs for it; the first thing it lacks, or an empty text.
    static String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "root";
        }
        return Stream.of("docker", "crun", "conmon", "nft", "ip", "unshare", "nsenter")
                .filter(program -> !Command.onPath(program))
                .map(program -> program + " on the PATH")
                .findFirst()
                .orElse(Files.isExecutable(SmallRoot.BUSYBOX) ? "" : "a static busybox");
    }

    /// With [#IMAGE].
    static RunningDaemon start() {
        return withImage(startWith(""));
    }

    /// The same with [#IMAGE] imported.
    static RunningDaemon withImage(RunningDaemon started) {
        try {
            Path tar = started.home.resolve("small.tar");
            SmallRoot.write(tar);
            started.docker("import", "--change", "CMD [\"/bin/sh\"]", tar.toString(), IMAGE)
                    .orFail();
            return started;
        } catch (IOException | RuntimeException | AssertionError failure) {
            started.close();
            throw new IllegalStateException(failure);
        }
    }

    /// @param more lines of the configuration file
    static RunningDaemon startWith(String more) {
        RunningDaemon prepared = prepare(more);
        try {
            prepared.begin();
            return prepared;
        } catch (AssertionError failure) {
            prepared.close();
            throw failure;
        }
    }

    /// Everything but the daemon itself.
    static RunningDaemon prepare(String more) {
        try {
            Path home = Files.createTempDirectory("bulkhead-checks-");
            // Container root, who is nobody on the host, has to pass through.
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
            Files.writeString(home.resolve("bulkhead.yaml"), configuration(home) + more);
            Process holder = Command.of(List.of("unshare", "--net", "--", "sh", "-c", "ip link set lo up; read _"))
                    .start(ProcessBuilder.Redirect.DISCARD, ProcessBuilder.Redirect.DISCARD);
            Eventually.holds("a network namespace", () -> ownNetwork(holder));
            return new RunningDaemon(home, holder, holder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean ownNetwork(Process holder) {
        return Command.run("nsenter", "--net=/proc/" + holder.pid() + "/ns/net", "ip", "-o", "link", "show", "up")
                        .lines()
                        .size()
                == 1;
    }

    private static String configuration(Path home) {
        return """
                socket: {path: %1$s/socket}
                state: %1$s/state
                run: %1$s/run
                ids: {first: %2$d, count: 200000000}
                """.formatted(home, FIRST_ID);
    }

    /// Starts the daemon, the first time or again.
    void begin() {
        Process begun = launch();
        daemon = begun;
        Eventually.holds("the daemon answers:\n" + log(), () -> !begun.isAlive() || answers());
        if (!begun.isAlive()) {
            throw new AssertionError("the daemon ended with " + begun.exitValue() + ":\n" + log());
        }
    }

    /// Starts it without waiting for an answer.
    Process launch() {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + network()));
        command.addAll(List.of("unshare", "--mount", "--propagation", "slave", "--", "sh", "-c", ENTER, "bulkheadd"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx512m"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(
                "io.bulkhead.daemon.Main",
                "--config",
                home.resolve("bulkhead.yaml").toString()));
        var toLog = ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile());
        return Command.of(command).start(toLog, toLog);
    }

    private boolean answers() {
        return Files.exists(socket()) && docker("version").exitCode() == 0;
    }

    /// Ends the daemon as an administrator would; containers stay.
    void stop() {
        daemon.destroy();
        if (!Command.endedWithin(daemon, STOP)) {
            // The JVM writes what its threads wait for into the log.
            Command.run("kill", "-QUIT", "" + daemon.pid());
            Command.endedWithin(daemon, Duration.ofSeconds(1));
            daemon.destroyForcibly();
            throw new AssertionError("the daemon does not stop:\n" + log());
        }
    }

    /// Ends the daemon as a power cut would.
    void kill() {
        daemon.destroyForcibly();
        Command.endedWithin(daemon, STOP);
    }

    Ran docker(String... arguments) {
        return dockerCommand(arguments).run();
    }

    /// The client's standard output, when it is content.
    String said(String... arguments) {
        return docker(arguments).orFail().said();
    }

    Command dockerCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return Command.of(command).with(clientEnvironment());
    }

    Command bulkheadCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of(bulkhead().toString()));
        command.addAll(List.of(arguments));
        return Command.of(command).with(clientEnvironment());
    }

    /// Our own command line client, started as packaging/bulkhead does.
    Path bulkhead() {
        Path script = home.resolve("bin/bulkhead");
        try {
            if (!Files.exists(script)) {
                Files.createDirectories(script.getParent());
                Files.writeString(script, """
                        #!/bin/sh
                        exec %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -cp '%s' io.bulkhead.cli.Main "$@"
                        """.formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path")));
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return script;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Map<String, String> clientEnvironment() {
        return Map.of(
                "DOCKER_HOST",
                "unix://" + socket(),
                "BULKHEAD_HOST",
                "unix://" + socket(),
                "DOCKER_CONFIG",
                home.resolve("client").toString());
    }

    /// Runs a container of [#IMAGE] to its end and removes it.
    Ran run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("run", "--rm"));
        all.addAll(List.of(arguments));
        return docker(all.toArray(String[]::new));
    }

    /// `docker inspect -f`.
    String inspect(String object, String template) {
        return said("inspect", "-f", template, object);
    }

    /// Runs a program of the host in the network the daemon sees as the host's.
    Ran inHostNetwork(String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + network()));
        all.addAll(List.of(command));
        return Command.of(all).run();
    }

    String network() {
        return "/proc/" + networkHolder.pid() + "/ns/net";
    }

    Path home() {
        return home;
    }

    Path state() {
        return home.resolve("state");
    }

    Path socket() {
        return home.resolve("socket");
    }

    long pid() {
        return daemon.pid();
    }

    String log() {
        try {
            return Files.exists(home.resolve("log")) ? Command.text(home.resolve("log")) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void removeContainers() {
        List<String> ids = docker("ps", "-aq", "--no-trunc").orFail().lines();
        if (!ids.isEmpty()) {
            List<String> command = new ArrayList<>(List.of("rm", "-f", "-v"));
            command.addAll(ids);
            docker(command.toArray(String[]::new)).orFail();
        }
    }

    @Override
    public void close() {
        try {
            if (!daemon.equals(networkHolder) && daemon.isAlive()) {
                removeContainers();
                stop();
            }
        } finally {
            // Also the daemon, should it not have ended when it was asked to.
            Leftovers.remove(home);
            networkHolder.destroyForcibly();
            Command.endedWithin(networkHolder, STOP);
            delete(home);
        }
    }

    private static void delete(Path tree) {
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
