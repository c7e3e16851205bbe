package io.bulkhead.container;

import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Pidfd;
import io.bulkhead.name.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The processes an earlier daemon left on the host, found by their command lines: monitors, and runtimes that were at
/// work when it was killed.
final class LeftProcesses {

    private static final System.Logger LOG = System.getLogger(LeftProcesses.class.getName());

    /// A runtime needs some milliseconds; on a host under load some more.
    private static final Duration RUNTIME_LIMIT = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final EngineSettings settings;

    LeftProcesses(EngineSettings settings) {
        this.settings = settings;
    }

    /// Monitors of this engine's containers, by the bundle on their command line. Execs' are not among them.
    Map<ContainerId, Integer> monitors() {
        var monitors = new HashMap<ContainerId, Integer>();
        for (Path process : all()) {
            monitored(arguments(process)).ifPresent(id -> monitors.put(id, pid(process)));
        }
        return monitors;
    }

    /// Monitors of execs, by the directories of the execs.
    Map<Path, Integer> execMonitors() {
        var monitors = new HashMap<Path, Integer>();
        for (Path process : all()) {
            List<String> arguments = arguments(process);
            if (arguments.contains("--exec")) {
                bundle(arguments).ifPresent(directory -> monitors.put(directory, pid(process)));
            }
        }
        return monitors;
    }

    private Optional<ContainerId> monitored(List<String> arguments) {
        try {
            return arguments.contains("--exec")
                    ? Optional.empty()
                    : bundle(arguments)
                            .map(of -> new ContainerId(of.getFileName().toString()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// The directory that the command line of a monitor of this engine names.
    private Optional<Path> bundle(List<String> arguments) {
        int option = arguments.indexOf("--bundle");
        if (!arguments.getFirst().equals(settings.monitorBinary().toString())
                || option < 0
                || option + 1 >= arguments.size()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(arguments.get(option + 1)))
                    .filter(of -> of.startsWith(EngineDirectories.containers(settings.run())));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    void killMonitor(ContainerId id, int pid) {
        LOG.log(System.Logger.Level.WARNING, "container={0} pid={1} a monitor without a container is ended", id, pid);
        kill(pid);
    }

    /// Waits until no runtime of this engine is at work: what a `create` whose monitor was killed makes can be removed
    /// only when it is made.
    void awaitRuntimes() {
        long end = System.nanoTime() + RUNTIME_LIMIT.toNanos();
        List<Integer> working = runtimes();
        while (!working.isEmpty() && System.nanoTime() < end) {
            pause();
            working = runtimes();
        }
        for (int pid : working) {
            LOG.log(System.Logger.Level.WARNING, "pid={0} a runtime that does not come to an end is ended", pid);
            kill(pid);
        }
    }

    /// A container's first process, which waits for its start, is a copy of the runtime: it is told by its own pid
    /// namespace.
    private List<Integer> runtimes() {
        String root = settings.run().resolve("oci").toString();
        var found = new ArrayList<Integer>();
        for (Path process : all()) {
            List<String> arguments = arguments(process);
            if (arguments.getFirst().equals(settings.runtimeBinary().toString())
                    && arguments.contains(root)
                    && pidNamespace(process).equals(pidNamespace(Path.of("/proc/self")))) {
                found.add(pid(process));
            }
        }
        return found;
    }

    private static String pidNamespace(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/pid")).toString();
        } catch (IOException ended) {
            return "";
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    EngineException.Reason.RUNTIME_FAILED, "interrupted while the last daemon's runtimes ended");
        }
    }

    private static List<Path> all() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            var all = new ArrayList<Path>();
            processes.forEach(all::add);
            return all;
        } catch (IOException failure) {
            throw new EngineException(EngineException.Reason.STORAGE, "/proc cannot be read", failure);
        }
    }

    /// Never empty; an ended process has one empty argument.
    private static List<String> arguments(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1));
        } catch (IOException ended) {
            return List.of("");
        }
    }

    private static int pid(Path process) {
        return Integer.parseInt(process.getFileName().toString());
    }

    private static void kill(int pid) {
        Pidfd.startTime(pid).stream()
                .boxed()
                .flatMap(start -> Pidfd.open(pid, start).stream())
                .forEach(process -> {
                    try (process) {
                        process.signal(9);
                    } catch (KernelException _) {
                        // it ended in this moment
                    }
                });
    }
}
