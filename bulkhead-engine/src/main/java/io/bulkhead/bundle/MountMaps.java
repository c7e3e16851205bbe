package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.Namespaces;
import io.bulkhead.name.Names;
import io.bulkhead.ownership.Ownership;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.HostTrees;
import io.bulkhead.spec.MountOwners;
import io.bulkhead.spec.StorageSpec.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The maps of mounts that have maps of their own. The kernel takes a mount's map from a user namespace: `inside`
/// of its lines is what the file system has, `outside` what the host calls it.
public final class MountMaps {

    private MountMaps() {}

    /// Refuses, when a container is made, what could never be mounted as asked.
    ///
    /// @param maps the container's ids; empty with the host's
    /// @throws BundleException naming the mount and the option
    public static void require(ContainerSpec spec, Optional<IdMaps> maps, Ownership ownership) {
        for (Mount mount : spec.storage().mounts()) {
            switch (mount.owners()) {
                case MountOwners.Default _, MountOwners.Plain _, MountOwners.Squashed _, MountOwners.Idmapped _ -> {}
                case MountOwners.Mapped(var users, var groups) -> {
                    users.ifPresent(ids -> lines(ids, maps.map(IdMaps::users), "uids"));
                    groups.ifPresent(ids -> lines(ids, maps.map(IdMaps::groups), "gids"));
                }
                case MountOwners.Changed _ -> {
                    if (mount instanceof Mount.Bind bind) {
                        ownership.requireChangeablePath(Path.of(bind.source()));
                    }
                }
            }
            if (mount instanceof Mount.Bind bind && mapsExplicitly(bind.owners())) {
                requireNotEngine(bind, ownership);
            }
        }
    }

    static boolean mapsExplicitly(MountOwners owners) {
        return switch (owners) {
            case MountOwners.Default _, MountOwners.Plain _, MountOwners.Changed _ -> false;
            case MountOwners.Idmapped _, MountOwners.Mapped _, MountOwners.Squashed _ -> true;
        };
    }

    /// No privilege makes a container the owner of other containers' files by name; who has a tree of the host
    /// itself that holds them is host root anyway.
    static void requireNotEngine(Mount.Bind bind, Ownership ownership) {
        Path path = Path.of(bind.source());
        if (ownership.isEngine(path) && (ownership.inEngine(path) || !HostTrees.protects(bind.source()))) {
            throw new BundleException(
                    Reason.BAD_SOURCE,
                    "bind of " + Names.shown(bind.source()) + ": `"
                            + bind.owners().spelling() + "` is refused: the "
                            + "engine's own state is there (protected trees); nothing lifts this but `noidmap`");
        }
        ownership.alias(path).ifPresent(tree -> {
            throw new BundleException(
                    Reason.BAD_SOURCE,
                    "bind of " + Names.shown(bind.source()) + ": `"
                            + bind.owners().spelling()
                            + "` is refused: what is mounted there is of " + Names.shown(tree.toString())
                            + " (protected trees); bind it by that name, which is the privilege mapped-host-tree, or "
                            + "take `noidmap`");
        });
    }

    /// A user namespace, the container's or one of the mount's own.
    record Held(Fd namespace, Optional<Namespaces.Made> made) implements AutoCloseable {
        static Held borrowed(Fd namespace) {
            return new Held(namespace, Optional.empty());
        }

        @Override
        public void close() {
            made.ifPresent(Namespaces.Made::close);
        }
    }

    static Held made(MountOwners.Mapped mapped, Optional<IdMaps> container) {
        return made(
                side(mapped.users(), container.map(IdMaps::users), "uids"),
                side(mapped.groups(), container.map(IdMaps::groups), "gids"));
    }

    /// @param uid whom of the container everything is, on the container's side
    static Held made(MountOwners.Squashed squashed, Optional<IdMaps> container, long uid, long gid) {
        Owner owner = Owner.ofContainerIds(container, uid, gid);
        return made(
                new IdMap(List.of(new IdMap.Line(squashed.uid(), owner.uid(), 1))),
                new IdMap(List.of(new IdMap.Line(squashed.gid(), owner.gid(), 1))));
    }

    private static Held made(IdMap users, IdMap groups) {
        Namespaces.Made made = Namespaces.create(users, groups, false);
        return new Held(made.user(), Optional.of(made));
    }

    private static IdMap side(Optional<MountOwners.Ids> given, Optional<IdMap> container, String side) {
        return given.map(ids -> new IdMap(lines(ids, container, side)))
                .or(() -> container)
                .orElseGet(() -> IdMap.of(new IdRange(0, 0xFFFF_FFFEL)));
    }

    /// The lines as the kernel takes them. An id that nobody in the container has would show as nobody's, which is
    /// never what was meant.
    private static List<IdMap.Line> lines(MountOwners.Ids ids, Optional<IdMap> container, String side) {
        if (container.isEmpty()) {
            return ids.map().lines();
        }
        var lines = new ArrayList<IdMap.Line>();
        for (IdMap.Line line : ids.map().lines()) {
            if (ids.ofContainer()) {
                addComposed(line, container.get(), side, lines);
            } else {
                requireReached(line, container.get(), side);
                lines.add(line);
            }
        }
        return lines;
    }

    /// Cut where the container's own map has a seam.
    private static void addComposed(IdMap.Line line, IdMap container, String side, List<IdMap.Line> lines) {
        long done = 0;
        for (IdMap.Line of : container.within(line.outsideRange())) {
            lines.add(new IdMap.Line(line.inside() + done, of.outside(), of.count()));
            done += of.count();
        }
        if (done < line.count()) {
            throw new BundleException(
                    Reason.UNMAPPED_ID,
                    "idmap, " + side + ": the container has no id " + (line.outside() + done) + "; its ids are "
                            + container);
        }
    }

    private static void requireReached(IdMap.Line line, IdMap container, String side) {
        for (long done = 0; done < line.count(); ) {
            long outside = line.outside() + done;
            OptionalLong inside = container.containerId(outside);
            if (inside.isEmpty()) {
                throw new BundleException(
                        Reason.UNMAPPED_ID,
                        "idmap, " + side + ": host id " + outside + " is none of the container's, whose ids are "
                                + container + ": nobody in it could use the files; write `@` before the triplet to "
                                + "count as the container counts");
            }
            IdMap.Line of = container.lines().stream()
                    .filter(each -> each.outsideRange().contains(outside))
                    .findFirst()
                    .orElseThrow();
            done += of.outsideRange().last() - outside + 1;
        }
    }
}
