package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.ownership.OwnerRule;
import io.bulkhead.spec.MountOwners;
import io.bulkhead.spec.StorageSpec.Mount;
import io.bulkhead.volume.CarriedIds;
import io.bulkhead.volume.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Gives every container the right view of its volumes.
///
/// Where a volume's file system has idmapped mounts, files belong to container ids and there is nothing to do: any
/// number of containers with any ids see the same owners. Where it has none, files belong to the host ids of the
/// container that has the volume; they are moved to the next one's when it starts, unless somebody still runs with
/// the old ones: then it does not start. Nobody is ever shown files as nobody's without having asked for it.
final class VolumeOwners {

    private final Host host;
    private final Index index;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    VolumeOwners(Host host, Index index) {
        this.host = host;
        this.index = index;
    }

    /// To be called in the container's turn, when its start is stored already: whoever starts at the same time sees
    /// it.
    ///
    /// @param userNamespace the container's; empty with the host's
    void settle(Life life, Optional<Fd> userNamespace, Mount.Volume mount) {
        ReentrantLock lock = locks.computeIfAbsent(mount.name(), _ -> new ReentrantLock());
        lock.lock();
        try {
            Optional<Volume> volume = host.volumes().find(mount.name());
            if (volume.isPresent()) {
                settle(life, userNamespace, mount, volume.get());
            }
        } finally {
            lock.unlock();
        }
    }

    private void settle(Life life, Optional<Fd> userNamespace, Mount.Volume mount, Volume volume) {
        Optional<CarriedIds> own = life.idMaps().map(maps -> new CarriedIds(maps.users(), maps.groups()));
        boolean mappable =
                userNamespace.map(namespace -> mappable(volume, namespace)).orElse(true);
        boolean plain = mount.owners() instanceof MountOwners.Plain;
        if (plain && mappable) {
            // Asked for: it writes its host ids beside what is there.
            own.filter(ids -> !volume.carried().contains(ids)).ifPresent(ids -> {
                var all = new ArrayList<>(volume.carried());
                all.add(ids);
                host.volumes().carry(volume.name(), all);
            });
            return;
        }
        Optional<CarriedIds> target = mappable ? Optional.empty() : own;
        if (volume.carried().equals(target.stream().toList())) {
            return;
        }
        refuseOthers(life, volume, target);
        move(life, volume, target);
    }

    private static boolean mappable(Volume volume, Fd userNamespace) {
        try (Directory data = Directory.open(volume.data())) {
            return Mounts.idmapSupported(data.fd(), userNamespace);
        }
    }

    private void refuseOthers(Life life, Volume volume, Optional<CarriedIds> target) {
        for (Life other : index.all()) {
            boolean uses = other != life
                    && other.progress().processes().isPresent()
                    && other.spec().storage().mounts().stream()
                            .anyMatch(mount -> mount instanceof Mount.Volume used
                                    && used.name().equals(volume.name()));
            Optional<CarriedIds> theirs = other.idMaps().map(maps -> new CarriedIds(maps.users(), maps.groups()));
            if (uses && !theirs.equals(target)) {
                throw new EngineException(
                        Reason.CONFLICT,
                        "volume " + volume.name() + ": its file system has no idmapped mounts, and its files belong to "
                                + "the ids of container " + other.spec().name() + ", which runs with other ids "
                                + "(volumes, one owner at a time); stop that one, or put the volumes on ext4, xfs, "
                                + "btrfs or tmpfs");
            }
        }
    }

    /// First it is stored whose ids there may be, then files are moved, then that it is so: a move that is cut off
    /// leaves both names, and the next start moves what is left.
    private void move(Life life, Volume volume, Optional<CarriedIds> target) {
        var both = new ArrayList<>(volume.carried());
        target.filter(ids -> !both.contains(ids)).ifPresent(both::add);
        host.volumes().carry(volume.name(), both);
        var kept = new ArrayList<CarriedIds>();
        try (Directory data = Directory.open(volume.data())) {
            for (CarriedIds from : volume.carried()) {
                if (target.filter(from::equals).isEmpty() && !shift(life, volume, data, outOf(from, target))) {
                    kept.add(from);
                }
            }
            if (target.isPresent() && !volume.carried().contains(target.get())) {
                boolean _ = shift(life, volume, data, target);
            }
            data.syncFileSystem();
        }
        target.ifPresent(kept::add);
        host.volumes().carry(volume.name(), kept);
    }

    /// Old host ids to new ones, or back to the container's; empty where the new container lacks some of them.
    private static Optional<CarriedIds> outOf(CarriedIds from, Optional<CarriedIds> target) {
        Optional<IdMap> users = through(from.users(), target.map(CarriedIds::users));
        Optional<IdMap> groups = through(from.groups(), target.map(CarriedIds::groups));
        return users.flatMap(of -> groups.map(group -> new CarriedIds(of, group)));
    }

    private static Optional<IdMap> through(IdMap from, Optional<IdMap> to) {
        var lines = new ArrayList<IdMap.Line>();
        for (IdMap.Line line : from.lines()) {
            if (to.isEmpty()) {
                lines.add(new IdMap.Line(/* inside= */ line.outside(), /* outside= */ line.inside(), line.count()));
                continue;
            }
            long done = 0;
            for (IdMap.Line there : to.get().within(line.insideRange())) {
                lines.add(new IdMap.Line(line.outside() + done, there.outside(), there.count()));
                done += there.count();
            }
            if (done < line.count()) {
                return Optional.empty();
            }
        }
        return Optional.of(new IdMap(lines));
    }

    /// @return false if there is nothing by which it could be moved
    private boolean shift(Life life, Volume volume, Directory data, Optional<CarriedIds> by) {
        if (by.isEmpty()) {
            return false;
        }
        OwnerRule.Shift rule;
        try {
            rule = new OwnerRule.Shift(moved(by.get().users()), moved(by.get().groups()));
        } catch (IllegalArgumentException overlapping) {
            throw new EngineException(
                    Reason.UNSUPPORTED,
                    "volume " + volume.name() + ": its file system has no idmapped mounts, and its files cannot be "
                            + "moved to the container's ids: " + overlapping.getMessage(),
                    overlapping);
        }
        var result = host.ownership()
                .change(
                        host.ownership().volume(volume.data(), data.fd()),
                        rule,
                        life.spec().name().value());
        // The engine's own doing, which the volume remembers: nothing a caller could want to take back.
        result.id().ifPresent(host.ownership()::forget);
        if (result.outcome().leftCount() > 0) {
            throw new EngineException(
                    Reason.CONFLICT,
                    "volume " + volume.name() + ": files keep the ids of another container: "
                            + String.join("; ", result.outcome().left()));
        }
        return true;
    }

    /// Without the ids that stay what they are.
    private static IdMap moved(IdMap map) {
        List<IdMap.Line> lines = map.lines().stream()
                .filter(line -> line.inside() != line.outside())
                .toList();
        return new IdMap(lines);
    }
}
