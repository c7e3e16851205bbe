package io.bulkhead.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What a daemon that was ended badly may have left on the host. Everything is found by the daemon's own directory.
final class Leftovers {

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private Leftovers() {}

    /// The processes that have the directory in their command line.
    static List<ProcessHandle> processes(Path home) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains(home.toString()))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Command.text(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException _) {
            return "";
        }
    }

    /// Ends processes of a daemon that can do so no longer itself unmounts what is mounted
    /// beneath its directory, and removes the engine's cgroups if they are empty.
    static void remove(Path home) {
        for (ProcessHandle process : processes(home)) {
            process.destroyForcibly();
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
        for (String mounted : mountsBeneath(home)) {
            Command.run("umount", mounted).orFail();
        }
        for (Path parent : cgroups()) {
            removeEmpty(parent);
        }
    }

    /// The deepest first.
    private static List<String> mountsBeneath(Path home) {
        try {
            return Command.text(Path.of("/proc/self/mountinfo"))
                    .lines()
                    .map(line -> line.split(" ", -1)[4])
                    .filter(point -> point.startsWith(home + "/"))
                    .toList()
                    .reversed();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The engine's own cgroup in every hierarchy.
    static List<Path> cgroups() {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            hierarchies
                    .map(each -> each.resolve("bulkhead"))
                    .filter(Files::isDirectory)
                    .forEach(found::add);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        if (Files.isDirectory(CGROUPS.resolve("bulkhead"))) {
            found.add(CGROUPS.resolve("bulkhead"));
        }
        return found;
    }

    /// Another daemon may use it: then it is not empty, and stays.
    private static void removeEmpty(Path cgroup) {
        try {
            Files.deleteIfExists(cgroup);
        } catch (DirectoryNotEmptyException _) {
            return;
        } catch (IOException busy) {
            if (busy.getMessage() == null || !busy.getMessage().contains("busy")) {
                throw new UncheckedIOException(busy);
            }
        }
    }
}
