package io.bulkhead.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What containers leave on a host: two of them are equal when nothing was left between.
///
/// @param processes monitors and runtimes of this daemon
/// @param mounts of the host below the daemon's directory
/// @param cgroups of the daemon's containers, without the hierarchy they are in
/// @param links of the daemon's network namespace
/// @param rules of its packet filter, without counters
/// @param files names in the store, the run directory, the runtime's state, leases and volumes
record Residue(
        Set<String> processes,
        Set<String> mounts,
        Set<String> cgroups,
        Set<String> links,
        String rules,
        Set<String> files) {

    static Residue of(CrashDaemon daemon, Collection<String> ids) throws IOException, InterruptedException {
        return new Residue(
                processes(daemon.directory()),
                mounts(daemon.directory()),
                cgroups(ids),
                links(daemon),
                CrashDaemon.run(daemon.inNetwork("nft", "-s", "list", "ruleset")),
                files(daemon.directory()));
    }

    private static Set<String> processes(Path directory) throws IOException {
        var found = new TreeSet<String>();
        for (Path process : all()) {
            List<String> arguments = arguments(process);
            String program = Path.of(arguments.getFirst().isEmpty() ? "/" : arguments.getFirst())
                    .toString();
            if ((program.endsWith("/conmon") || program.endsWith("/crun"))
                    && arguments.stream().anyMatch(each -> each.startsWith(directory + "/"))) {
                found.add(process.getFileName() + " " + program);
            }
        }
        return found;
    }

    private static List<Path> all() throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            var all = new ArrayList<Path>();
            processes.forEach(all::add);
            return all;
        }
    }

    private static List<String> arguments(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1));
        } catch (IOException ended) {
            return List.of("");
        }
    }

    private static Set<String> mounts(Path directory) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return new TreeSet<>(
                    lines.filter(line -> line.contains(directory.toString())).toList());
        }
    }

    private static Set<String> cgroups(Collection<String> ids) throws IOException {
        var found = new TreeSet<String>();
        for (Path group : cgroupDirectories()) {
            for (String id : ids) {
                if (Files.exists(group.resolve(id))) {
                    found.add(id);
                }
            }
        }
        return found;
    }

    private static List<Path> cgroupDirectories() throws IOException {
        var found = new ArrayList<Path>(List.of(Path.of("/sys/fs/cgroup/bulkhead")));
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            hierarchies.forEach(each -> found.add(each.resolve("bulkhead")));
        }
        return found;
    }

    private static Set<String> links(CrashDaemon daemon) throws IOException, InterruptedException {
        return new TreeSet<>(CrashDaemon.run(daemon.inNetwork("ip", "-o", "link"))
                .lines()
                .map(line -> line.split(": ", 3)[1])
                .toList());
    }

    private static Set<String> files(Path directory) throws IOException {
        var found = new TreeSet<String>();
        for (String each :
                List.of("state/containers", "state/volumes", "run/containers", "run/oci", "run/network/leases")) {
            try (Stream<Path> names = Files.list(directory.resolve(each))) {
                names.forEach(name -> found.add(each + "/" + name.getFileName()));
            } catch (NoSuchFileException none) {
                // nothing was made there yet
            }
        }
        return found;
    }

    /// For a test that failed half way.
    static void removeByForce(CrashDaemon daemon, Collection<String> ids) throws IOException, InterruptedException {
        for (String process : processes(daemon.directory())) {
            ProcessHandle.of(Long.parseLong(process.split(" ", 2)[0])).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (Path group : cgroupDirectories()) {
            for (String id : ids) {
                Path of = group.resolve(id);
                if (Files.exists(of)) {
                    for (String pid : Files.readAllLines(of.resolve("cgroup.procs"))) {
                        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                    }
                    Thread.sleep(100);
                    Files.deleteIfExists(of);
                }
            }
        }
    }
}
