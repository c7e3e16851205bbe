package io.bulkhead.container;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.RangePool;
import io.bulkhead.idmap.SubidTable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The host ids that containers get, kept apart from everybody else's: subid files, the user database and the user
/// namespaces of running processes are read when the engine starts. What the engine handed out itself is in its store
/// and reserved again by it.
final class Ranges {

    /// Every process of the host's own user namespace shows this map.
    private static final long ALL_IDS = 0xFFFF_FFFFL;

    private final RangePool pool;
    private final IdRange whole;

    /// How many containers have each range: one that joins another's namespaces has that one's ids. `this` guards it.
    private final Map<IdRange, Integer> holders = new HashMap<>();

    private Ranges(RangePool pool, IdRange whole) {
        this.pool = pool;
        this.whole = whole;
    }

    /// @throws EngineException if a file that says whose ids are whose cannot be read: then none can be handed out
    static Ranges open(IdRange whole) {
        var ranges = new Ranges(new RangePool(whole), whole);
        try {
            for (String file : List.of("/etc/subuid", "/etc/subgid")) {
                ranges.excludeSubids(Path.of(file));
            }
            for (String file : List.of("/etc/passwd", "/etc/group")) {
                ranges.excludeUsers(Path.of(file));
            }
        } catch (IOException | IllegalArgumentException failure) {
            throw new EngineException(
                    EngineException.Reason.STORAGE,
                    "whose ids are whose cannot be read, so no container can get any: " + failure.getMessage(),
                    failure);
        }
        return ranges;
    }

    private void excludeSubids(Path file) throws IOException {
        if (Files.exists(file)) {
            try {
                SubidTable.parse(Files.readString(file)).entries().forEach(entry -> pool.exclude(entry.range()));
            } catch (IllegalArgumentException broken) {
                throw new IllegalArgumentException(file + ": " + broken.getMessage(), broken);
            }
        }
    }

    /// The third field of `/etc/passwd` and `/etc/group` is the id (passwd(5), group(5)).
    private void excludeUsers(Path file) throws IOException {
        for (String line : Files.readAllLines(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
            String[] fields = line.split(":", -1);
            if (fields.length > 2 && fields[2].matches("[0-9]{1,10}")) {
                exclude(Long.parseLong(fields[2]), 1);
            }
        }
    }

    /// Keeps away from the user namespaces of running processes that are not the engine's own. To be called after the
    /// engine's own ranges are reserved.
    void excludeRunning() {
        // Nearly all processes of a host share one user namespace, and one link is read faster than two files.
        Set<Path> namespaces = new HashSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), Ranges::isProcess)) {
            for (Path process : processes) {
                if (namespaces.add(userNamespace(process))) {
                    excludeMap(process.resolve("uid_map"));
                    excludeMap(process.resolve("gid_map"));
                }
            }
        } catch (IOException failure) {
            throw new EngineException(EngineException.Reason.STORAGE, "/proc cannot be read", failure);
        }
    }

    private static boolean isProcess(Path entry) {
        return Character.isDigit(entry.getFileName().toString().charAt(0));
    }

    /// What identifies a process's user namespace; the process itself where the kernel does not tell, so that its maps
    /// are read.
    private static Path userNamespace(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/user"));
        } catch (IOException _) {
            return process;
        }
    }

    private void excludeMap(Path map) {
        try {
            for (String line : Files.readAllLines(map)) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length == 3 && Long.parseLong(fields[2]) != ALL_IDS) {
                    exclude(Long.parseLong(fields[1]), Long.parseLong(fields[2]));
                }
            }
        } catch (IOException _) {
            // the process has ended
        }
    }

    private void exclude(long first, long count) {
        if (first < 0xFFFF_FFFFL && count > 0) {
            var range = new IdRange(first, Math.min(count, 0xFFFF_FFFFL - first));
            if (range.overlaps(whole) && !pool.covers(range)) {
                pool.exclude(range);
            }
        }
    }

    /// @throws EngineException when the pool is used up, naming how to widen it
    synchronized IdRange allocate(long count) {
        IdRange range = pool.allocate(count)
                .orElseThrow(() -> new EngineException(
                        EngineException.Reason.CONFLICT,
                        "no " + count + " ids are left in " + whole + ": remove containers, or widen `ids` in "
                                + "bulkhead.yaml"));
        holders.put(range, 1);
        return range;
    }

    /// One more container has these ids.
    ///
    /// @return false when none has them (any more): they may be somebody else's by now
    synchronized boolean share(IdRange range) {
        return holders.computeIfPresent(range, (_, count) -> count + 1) != null;
    }

    /// @return false when somebody else has some of them
    synchronized boolean reserve(IdRange range) {
        boolean free = pool.reserve(range);
        if (free) {
            holders.put(range, 1);
        }
        return free;
    }

    /// One container less has them; they are free with the last one.
    synchronized void release(IdRange range) {
        if (holders.getOrDefault(range, 0) > 1) {
            holders.merge(range, -1, Integer::sum);
        } else {
            holders.remove(range);
            pool.release(range);
        }
    }
}
