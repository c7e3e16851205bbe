package io.bulkhead.container;

import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What `/proc/PID` says of a process beside its status: maps, label, namespaces, mounts.
final class ProcessFiles {

    private static final List<String> NAMESPACES = List.of("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts");

    // Where the fields stand in a line of mountinfo (proc_pid_mountinfo(5)), and after the `-` ending the optional ones
    private static final int TARGET = 4;

    private static final int OPTIONS = 5;
    private static final int TYPE = 1;
    private static final int FILE_SYSTEM_OPTIONS = 3;

    private final Path directory;

    ProcessFiles(int pid) {
        this.directory = Path.of("/proc/" + pid);
    }

    /// The lines of `uid_map` or `gid_map`, without the blanks that make columns of them.
    List<String> map(String name) {
        return lines(name).stream()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    /// @throws KernelException (ESRCH) if it cannot be read, which root can as long as the process lives
    private List<String> lines(String name) {
        try {
            return Files.readAllLines(directory.resolve(name), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            throw new KernelException("read " + directory.resolve(name), Errno.ESRCH);
        }
    }

    /// Empty where no security module gives labels: reading is then refused.
    String label() {
        try {
            return Files.readString(directory.resolve("attr/current"), StandardCharsets.ISO_8859_1)
                    .replace("\0", "")
                    .strip();
        } catch (IOException none) {
            return "";
        }
    }

    /// Name to inode of those that the host's first process is not in. The daemon has a mount namespace of its own,
    /// so it is no measure itself, unless it cannot see that process.
    Map<String, Long> namespacesOfItsOwn() {
        Path first = Path.of("/proc/1");
        Path host = Files.isReadable(first.resolve("ns/mnt")) ? first : Path.of("/proc/self");
        var own = new HashMap<String, Long>();
        for (String name : NAMESPACES) {
            if (Files.exists(host.resolve("ns").resolve(name))) {
                long inode = inode(directory, name);
                if (inode != inode(host, name)) {
                    own.put(name, inode);
                }
            }
        }
        return own;
    }

    /// `mnt:[4026531841]`.
    private static long inode(Path process, String namespace) {
        Path link = process.resolve("ns").resolve(namespace);
        try {
            return Long.parseLong(Files.readSymbolicLink(link).toString().replaceAll("[^0-9]", ""));
        } catch (IOException gone) {
            throw new KernelException("read " + link, Errno.ESRCH);
        }
    }

    /// Target, type and options, in the order they were mounted. The root and source of a mount are left out: they
    /// are paths of the host.
    List<String> mounts() {
        return lines("mountinfo").stream().map(ProcessFiles::mount).toList();
    }

    static String mount(String line) {
        int dash = line.indexOf(" - ");
        String[] fields = line.substring(0, dash).split(" ", -1);
        String[] fileSystem = line.substring(dash + 1).split(" ", -1);
        return fields[TARGET] + " " + fileSystem[TYPE] + " "
                + options(fields[OPTIONS], fileSystem[FILE_SYSTEM_OPTIONS]);
    }

    /// Of the file system's own options only whether it is read-only: others, such as an overlay's, have paths.
    private static String options(String mount, String fileSystem) {
        Set<String> options = new LinkedHashSet<>(Arrays.asList(mount.split(",", -1)));
        if (Arrays.asList(fileSystem.split(",", -1)).contains("ro") && options.remove("rw")) {
            options.add("ro");
        }
        return String.join(",", options);
    }
}
