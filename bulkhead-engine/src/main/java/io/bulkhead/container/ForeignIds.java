package io.bulkhead.container;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.RangePool;
import io.bulkhead.idmap.SubidTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keeps a pool away from ids that are somebody else's: those of subid files, of the user database and of the user
/// namespaces of running processes. What was anybody's once stays out of the pool as long as the engine runs.
final class ForeignIds {

    private static final List<Path> SUBIDS = List.of(Path.of("/etc/subuid"), Path.of("/etc/subgid"));
    private static final List<Path> USERS = List.of(Path.of("/etc/passwd"), Path.of("/etc/group"));

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final IdRange whole;
    private final RangePool pool;

    /// What the files looked like when they were read. `this` guards it.
    private final Map<Path, Optional<Version>> read = new HashMap<>();

    /// When the processes were looked at, by `System.nanoTime()`. `this` guards it.
    private long looked;

    private record Version(Object file, long bytes, Object changed) {}

    private ForeignIds(IdRange whole, RangePool pool) {
        this.whole = whole;
        this.pool = pool;
    }

    static ForeignIds of(IdRange whole, RangePool pool) {
        return new ForeignIds(whole, pool);
    }

    /// Looks at what has changed since it was read. With hundreds of containers the processes take some milliseconds:
    /// those who start many at once pay for it once a second.
    synchronized void refresh() {
        readFiles();
        if (System.nanoTime() - looked > PAUSE.toNanos()) {
            readProcesses();
        }
    }

    /// @throws EngineException if a file that says whose ids are whose cannot be read: then none can be handed out
    synchronized void readFiles() {
        try {
            for (Path file : SUBIDS) {
                if (changed(file)) {
                    excludeSubids(file);
                }
            }
            for (Path file : USERS) {
                if (changed(file)) {
                    excludeUsers(file);
                }
            }
        } catch (IOException | IllegalArgumentException failure) {
            read.clear();
            throw new EngineException(
                    EngineException.Reason.STORAGE,
                    "whose ids are whose cannot be read, so no container can get any: " + failure.getMessage(),
                    failure);
        }
    }

    /// Asked before the file is read, so that a change meanwhile is seen the next time.
    private boolean changed(Path file) throws IOException {
        Optional<Version> now = version(file);
        return !now.equals(read.put(file, now));
    }

    private static Optional<Version> version(Path file) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Version(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private void excludeSubids(Path file) throws IOException {
        if (Files.exists(file)) {
            try {
                SubidTable.parse(Files.readString(file)).entries().forEach(entry -> exclude(entry.range()));
            } catch (IllegalArgumentException broken) {
                throw new IllegalArgumentException(file + ": " + broken.getMessage(), broken);
            }
        }
    }

    /// The third field of `/etc/passwd` and `/etc/group` is the id (passwd(5), group(5)).
    private void excludeUsers(Path file) throws IOException {
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            String[] fields = line.split(":", -1);
            if (fields.length > 2 && fields[2].matches("[0-9]{1,10}")) {
                range(Long.parseLong(fields[2]), 1).ifPresent(this::exclude);
            }
        }
    }

    /// Nearly all processes of a host share one user namespace, and one link is read faster than two files.
    synchronized void readProcesses() {
        looked = System.nanoTime();
        // For this once only: the kernel gives the numbers of namespaces that are gone to others.
        Set<String> namespaces = new HashSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), ForeignIds::isProcess)) {
            for (Path process : processes) {
                Optional<String> namespace = userNamespace(process);
                if (namespace.isEmpty() || namespaces.add(namespace.get())) {
                    excludeMap(process, "uid_map", namespace);
                    excludeMap(process, "gid_map", namespace);
                }
            }
        } catch (IOException failure) {
            throw new EngineException(EngineException.Reason.STORAGE, "/proc cannot be read", failure);
        }
    }

    private static boolean isProcess(Path entry) {
        return Character.isDigit(entry.getFileName().toString().charAt(0));
    }

    /// What identifies a process's user namespace; nothing where the kernel does not tell, so that its maps are read.
    private static Optional<String> userNamespace(Path process) {
        try {
            return Optional.of(
                    Files.readSymbolicLink(process.resolve("ns/user")).toString());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// A line whose ids are themselves gives nobody anything the host's own user namespace has not.
    private void excludeMap(Path process, String file, Optional<String> namespace) {
        try {
            Path map = process.resolve(file);
            List<String> lines = Files.readAllLines(map);
            for (String line : lines) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length == 3 && !fields[0].equals(fields[1])) {
                    var range = range(Long.parseLong(fields[1]), Long.parseLong(fields[2]));
                    // A container's own range is given back when its processes are gone: one that still is there with a
                    // range that is nobody's is no container of this engine.
                    boolean stranger = range.filter(this::unknown).isPresent()
                            && Files.readAllLines(map).equals(lines)
                            && userNamespace(process).equals(namespace);
                    if (stranger) {
                        pool.exclude(range.get());
                    }
                }
            }
        } catch (IOException _) {
            // the process has ended
        }
    }

    /// The kernel's map of all ids ends with the one that is none.
    private static Optional<IdRange> range(long first, long count) {
        return first < 0xFFFF_FFFFL && count > 0
                ? Optional.of(new IdRange(first, Math.min(count, 0xFFFF_FFFFL - first)))
                : Optional.empty();
    }

    private void exclude(IdRange range) {
        if (unknown(range)) {
            pool.exclude(range);
        }
    }

    private boolean unknown(IdRange range) {
        return range.overlaps(whole) && !pool.covers(range);
    }
}
