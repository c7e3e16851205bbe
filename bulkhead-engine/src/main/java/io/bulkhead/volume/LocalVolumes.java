package io.bulkhead.volume;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Volumes as directories: `ROOT/NAME/_data` beside `volume.json`. The root is 0700, so no user of the host reaches a
/// container's set-id file (CVE-2021-41091); `_data` is root's and containers reach it through an idmapped mount.
///
/// A volume appears and disappears by one rename: whatever has a name of its own is whole, what begins with a dot is
/// rubbish of an earlier life. `this` guards the map and the renames; trees are removed outside of it.
public final class LocalVolumes implements Volumes, AutoCloseable {

    private final Directory root;
    private final Path rootPath;
    private final Clock clock;
    private final Map<String, Volume> volumes;
    private long temporaries;

    private LocalVolumes(Directory root, Path rootPath, Clock clock, Map<String, Volume> volumes) {
        this.root = root;
        this.rootPath = rootPath;
        this.clock = clock;
        this.volumes = volumes;
    }

    public static LocalVolumes open(Path root) {
        return open(root, Clock.systemUTC());
    }

    /// Opens or begins the store, removes what an interrupted creation or removal left and repairs metadata that is
    /// torn; see [VolumeRoot].
    public static LocalVolumes open(Path root, Clock clock) {
        try {
            Directory pinned = VolumeRoot.open(root);
            return new LocalVolumes(pinned, root, clock, new TreeMap<>(VolumeRoot.recover(pinned, root)));
        } catch (IOException | KernelException failure) {
            throw StorageFailure.of("volumes in " + root + " cannot be opened", failure);
        }
    }

    @Override
    public synchronized List<Volume> all() {
        return List.copyOf(volumes.values());
    }

    @Override
    public synchronized Optional<Volume> find(String name) {
        return Optional.ofNullable(volumes.get(name));
    }

    @Override
    public synchronized Volume create(
            Allowed allowed,
            String name,
            String driver,
            Map<String, String> options,
            Map<String, String> labels,
            boolean anonymous) {
        requireOneOf(allowed, Operation.VOLUME_CREATE, Operation.CONTAINER_CREATE);
        VolumeName.require(name);
        VolumeOptions.requireLocal(name, driver);
        VolumeOptions.require(name, options);
        Volume existing = volumes.get(name);
        if (existing != null) {
            return existing;
        }
        Instant now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS);
        Path data = rootPath.resolve(name).resolve(VolumeFile.DATA);
        var volume = new Volume(
                name, data, now, labels, options, anonymous, allowed.caller().subject());
        make(volume);
        volumes.put(name, volume);
        return volume;
    }

    private void make(Volume volume) {
        String temporary = temporary(VolumeRoot.NEW);
        try {
            root.makeDirectory(temporary, 0700);
            try (Directory directory = root.beneath(temporary, Links.REFUSE)) {
                directory.makeDirectory(VolumeFile.DATA, 0755);
                // Once more, because a umask may have taken bits away.
                directory.changeMode(VolumeFile.DATA, 0755);
                VolumeFile.of(volume).write(rootPath.resolve(temporary));
                directory.sync();
            }
            root.rename(temporary, volume.name());
            root.sync();
        } catch (IOException | KernelException failure) {
            throw discard(temporary, StorageFailure.of("create " + volume.name(), failure));
        }
    }

    private VolumeException discard(String temporary, VolumeException failure) {
        try {
            root.removeTree(temporary);
        } catch (KernelException second) {
            failure.addSuppressed(second);
        }
        return failure;
    }

    private String temporary(String prefix) {
        temporaries++;
        return prefix + temporaries;
    }

    @Override
    public void remove(Allowed allowed, String name, boolean force, List<String> users) {
        String moved;
        synchronized (this) {
            Volume volume = volumes.get(name);
            requireMayRemove(allowed, volume != null && volume.anonymous());
            if (volume == null) {
                if (force) {
                    return;
                }
                throw new VolumeException(
                        VolumeException.Reason.NOT_FOUND, "get " + Names.shown(name) + ": no such volume");
            }
            if (!users.isEmpty()) {
                throw new VolumeException(
                        VolumeException.Reason.IN_USE,
                        "remove " + name + ": volume is in use - [" + String.join(", ", users) + "]");
            }
            moved = setAside(name);
            volumes.remove(name);
        }
        removeTree(name, moved);
    }

    /// From here on the volume is gone, whatever happens to its files: the next start sweeps what is left.
    private String setAside(String name) {
        String moved = temporary(VolumeRoot.REMOVED);
        try {
            root.rename(name, moved);
            root.sync();
            return moved;
        } catch (KernelException failure) {
            throw StorageFailure.of("remove " + name, failure);
        }
    }

    private void removeTree(String name, String moved) {
        try {
            root.removeTree(moved);
        } catch (KernelException failure) {
            throw StorageFailure.of("remove " + name + ": some of its files are still there", failure);
        }
    }

    @Override
    public Pruned prune(Allowed allowed, Predicate<Volume> unusedAndMatching) {
        allowed.requireFor(Operation.VOLUME_PRUNE);
        var names = new ArrayList<String>();
        long bytes = 0;
        for (Volume volume : all()) {
            if (unusedAndMatching.test(volume)) {
                long size = size(volume);
                remove(allowed, volume.name(), true, List.of());
                names.add(volume.name());
                bytes += size;
            }
        }
        return new Pruned(names.stream().sorted(Comparator.naturalOrder()).toList(), bytes);
    }

    @Override
    public synchronized void carry(String name, List<CarriedIds> ids) {
        Volume volume = volumes.get(name);
        if (volume == null) {
            throw new VolumeException(
                    VolumeException.Reason.NOT_FOUND, "get " + Names.shown(name) + ": no such volume");
        }
        if (volume.carried().equals(ids)) {
            return;
        }
        Volume next = volume.carrying(ids);
        try (Directory directory = root.beneath(name, Links.REFUSE)) {
            VolumeFile.of(next).write(rootPath.resolve(name));
            directory.sync();
        } catch (IOException | KernelException failure) {
            throw StorageFailure.of("remember whose ids volume " + name + " carries", failure);
        }
        volumes.put(name, next);
    }

    @Override
    public synchronized boolean carries(IdRange range) {
        return volumes.values().stream()
                .flatMap(volume -> volume.carried().stream())
                .anyMatch(ids -> ids.overlaps(range));
    }

    @Override
    public long size(Volume volume) {
        try (Directory data = root.beneath(volume.name() + "/" + VolumeFile.DATA, Links.REFUSE)) {
            return new TreeSize(data).bytes();
        } catch (KernelException failure) {
            if (failure.errno() == Errno.ENOENT) {
                return 0;
            }
            throw StorageFailure.of("size of " + volume.name(), failure);
        }
    }

    /// A container's own anonymous volumes also go when it goes, or when it could not be made.
    private static void requireMayRemove(Allowed allowed, boolean anonymous) {
        Set<Operation> fitting =
                EnumSet.of(Operation.VOLUME_REMOVE, Operation.VOLUME_PRUNE, Operation.CONTAINER_REMOVE);
        if (anonymous) {
            fitting.add(Operation.CONTAINER_CREATE);
        }
        requireOneOf(allowed, fitting.toArray(Operation[]::new));
    }

    private static void requireOneOf(Allowed allowed, Operation... fitting) {
        if (!List.of(fitting).contains(allowed.operation())) {
            allowed.requireFor(fitting[0]);
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
