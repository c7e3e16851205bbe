package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.bundle.ContainerTree.Backing;
import io.bulkhead.bundle.ContainerTree.Kind;
import io.bulkhead.bundle.ContainerTree.Place;
import io.bulkhead.bundle.ImageUsers.Resolved;
import io.bulkhead.bundle.MountedAt.View;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FileStat;
import io.bulkhead.kernel.FileType;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.kernel.MountFlag;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.kernel.Propagation;
import io.bulkhead.name.Names;
import io.bulkhead.ownership.ChangeableTree;
import io.bulkhead.ownership.OwnerRule;
import io.bulkhead.spec.MountOwners;
import io.bulkhead.spec.StorageSpec.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Mounts what the spec mounts besides the image, outermost first.
///
/// The engine attaches binds and volumes to the root file system itself, source and target both pinned, before the
/// runtime runs; the runtime takes them over with the root, and what is forbidden on them stays forbidden inside.
/// What lies below something the runtime mounts (`/dev`, a tmpfs) has to come after that: it is attached beside the
/// root file system, and the runtime binds it from there.
final class StorageMounts {

    private static final Set<String> OWN_DEVICES = Set.of(
            "/dev",
            "/dev/console",
            "/dev/fd",
            "/dev/full",
            "/dev/null",
            "/dev/ptmx",
            "/dev/pts",
            "/dev/random",
            "/dev/stderr",
            "/dev/stdin",
            "/dev/stdout",
            "/dev/tty",
            "/dev/urandom",
            "/dev/zero");

    private final BundleRequest request;
    private final ContainerTree tree;
    private final Optional<Resolved> user;
    private final Undo undo;
    private final List<String> warnings;
    private final List<MountedAt> mounted = new ArrayList<>();
    private final List<OciMount> byRuntime = new ArrayList<>();

    /// @param user whom the first process runs as; empty for a container that is only looked at, whose mounts have
    /// no owners changed
    StorageMounts(
            BundleRequest request, ContainerTree tree, Optional<Resolved> user, Undo undo, List<String> warnings) {
        this.request = request;
        this.user = user;
        this.tree = tree;
        this.undo = undo;
        this.warnings = warnings;
    }

    /// What was mounted how.
    List<MountedAt> mounted() {
        return List.copyOf(mounted);
    }

    /// What is left for the runtime to mount, in this order.
    List<OciMount> byRuntime() {
        return List.copyOf(byRuntime);
    }

    void mountAll() {
        request.spec().storage().mounts().stream()
                .sorted(Comparator.comparingInt(mount -> Paths.depth(Paths.clean(mount.target()))))
                .forEach(this::mount);
    }

    private void mount(Mount mount) {
        String target = Paths.clean(mount.target());
        if (target.equals("/") || OWN_DEVICES.contains(target) || Paths.within(target, "/dev/pts")) {
            throw new BundleException(
                    Reason.BAD_TARGET, "nothing may be mounted over the container's " + Names.shown(target));
        }
        switch (mount) {
            case Mount.Tmpfs tmpfs -> tmpfs(tmpfs, target);
            case Mount.Bind bind -> bind(bind, target);
            case Mount.Volume volume -> volume(volume, target);
        }
    }

    private void tmpfs(Mount.Tmpfs tmpfs, String target) {
        String path = target;
        if (!belowRuntimeMount(target)) {
            try (Place place = tree.reach(target, Kind.DIRECTORY)) {
                path = place.path();
                lookLike(tmpfs, place.directory().orElseThrow());
            }
        }
        List<String> options = TmpfsOwner.inside(tmpfs.options(), target, request.idMaps());
        byRuntime.add(OciMount.tmpfs(path, options));
        mounted.add(new MountedAt("tmpfs", "", "", path, String.join(",", options), !tmpfs.readOnly(), "", View.OWN));
    }

    /// runc gives a tmpfs the mode of the directory it covers, whatever the option says; crun does not.
    private static void lookLike(Mount.Tmpfs tmpfs, Directory covered) {
        int mode = OciMount.tmpfsMode(tmpfs.options());
        if (covered.stat(".").mode() != mode) {
            covered.changeMode(".", mode);
        }
    }

    private void bind(Mount.Bind bind, String target) {
        String propagation = BindOptions.propagation(bind.options());
        try (Fd source = HostSource.pin(bind)) {
            Path path = Path.of(bind.source());
            String what = "bind of " + Names.shown(bind.source());
            MountOwners owners = bindOwners(bind, path, source, what);
            try (Shown shown = show(source, owners, bind.readOnly(), propagation, what)) {
                String at = attach(shown, source, target, bind.readOnly());
                String options = String.join(",", bind.options());
                mounted.add(new MountedAt(
                        "bind", "", bind.source(), at, options, !bind.readOnly(), propagation, shown.view));
            }
        }
    }

    /// What is to be shown; owners are changed here if that was asked for.
    private MountOwners bindOwners(Mount.Bind bind, Path path, Fd source, String what) {
        if (bind.owners() instanceof MountOwners.Changed) {
            user.ifPresent(runs -> {
                Owner owner = Owner.ofContainerIds(request.idMaps(), runs.uid(), runs.gid());
                change(request.ownership().requireChangeable(path, source), owner, what);
            });
            return new MountOwners.Plain();
        }
        if (!(bind.owners() instanceof MountOwners.Default)) {
            if (MountMaps.mapsExplicitly(bind.owners())) {
                // Again, for what was mounted there since the container was made.
                MountMaps.requireNotEngine(bind, request.ownership());
            }
            return bind.owners();
        }
        boolean socket = FileStat.of(source).type() == FileType.SOCKET;
        if (!socket && !request.ownership().isProtected(path)) {
            return bind.owners();
        }
        if (request.userNamespace().isPresent()) {
            warnings.add(what + ": shown with the host's owners, so the container sees it as nobody's: "
                    + (socket ? "it is a socket" : "the tree belongs to the host itself")
                    + "; the option `idmap` maps it" + (socket ? "" : ", which is the privilege mapped-host-tree"));
        }
        return new MountOwners.Plain();
    }

    private void change(ChangeableTree changed, Owner owner, String what) {
        var rule = new OwnerRule.Everything(owner.uid(), owner.gid());
        var result =
                request.ownership().change(changed, rule, request.spec().name().value());
        if (result.outcome().leftCount() > 0) {
            warnings.add(what + ": " + result.outcome().leftCount() + " files keep their owner: "
                    + String.join("; ", result.outcome().left()));
        }
        if (result.outcome().setId() > 0) {
            warnings.add(what + ": " + result.outcome().setId() + " files lost set-id bits with their owner");
        }
    }

    private void volume(Mount.Volume volume, String target) {
        Path data = Optional.ofNullable(request.volumes().get(volume.name()))
                .orElseThrow(() -> new IllegalArgumentException("no data directory for volume " + volume.name()));
        try (Directory root = Directory.open(data);
                Directory shownRoot = subpath(root, volume);
                Fd source = shownRoot.pin(".", Links.REFUSE)) {
            boolean mappable = request.userNamespace()
                    .map(namespace -> Mounts.idmapSupported(source, namespace))
                    .orElse(true);
            if (volume.copyUp() && volume.subpath().isEmpty() && !belowRuntimeMount(target)) {
                copyUp(shownRoot, target, mappable);
            }
            MountOwners owners = volumeOwners(volume, data, source, mappable);
            try (Shown shown = show(source, owners, volume.readOnly(), "rprivate", "volume " + volume.name())) {
                String at = attach(shown, source, target, volume.readOnly());
                mounted.add(new MountedAt(
                        "volume",
                        volume.name(),
                        data.toString(),
                        at,
                        volume.readOnly() ? "ro" : "",
                        !volume.readOnly(),
                        "rprivate",
                        shown.view));
            }
        }
    }

    /// A volume keeps the container's ids where its file system can show them with others, else the host's: those
    /// of the container that has it now, which the engine has seen to.
    private MountOwners volumeOwners(Mount.Volume volume, Path data, Fd source, boolean mappable) {
        boolean changed = volume.owners() instanceof MountOwners.Changed;
        if (changed) {
            user.ifPresent(runs -> {
                Owner owner = mappable
                        ? new Owner(runs.uid(), runs.gid())
                        : Owner.ofContainerIds(request.idMaps(), runs.uid(), runs.gid());
                change(request.ownership().volume(data, source), owner, "volume " + volume.name());
            });
        }
        boolean own = changed || volume.owners() instanceof MountOwners.Default;
        if (!own) {
            return volume.owners();
        }
        return mappable ? new MountOwners.Idmapped() : new MountOwners.Plain();
    }

    private static Directory subpath(Directory root, Mount.Volume volume) {
        try {
            return root.beneath(volume.subpath().isEmpty() ? "." : volume.subpath(), Links.REFUSE);
        } catch (KernelException refused) {
            throw new BundleException(
                    Reason.BAD_SOURCE,
                    "volume " + Names.shown(volume.name()) + ", subpath `" + Names.shown(volume.subpath()) + "`: "
                            + refused.getMessage(),
                    refused);
        }
    }

    /// An empty volume begins as what the image has at its target, owners included.
    private void copyUp(Directory volume, String target, boolean mappable) {
        if (!volume.list().isEmpty()) {
            return;
        }
        try (Place place = tree.reach(target, Kind.DIRECTORY)) {
            TreeCopy.inward(mappable ? request.idMaps() : Optional.empty())
                    .copy(place.directory().orElseThrow(), volume);
        } catch (KernelException refused) {
            throw BundleException.of("fill the volume for " + Names.shown(target), refused);
        }
    }

    /// A tree that is attached nowhere yet, as the container is to see it.
    private record Shown(Fd tree, View view) implements AutoCloseable {
        @Override
        public void close() {
            tree.close();
        }
    }

    private Shown show(Fd source, MountOwners owners, boolean readOnly, String propagation, String what) {
        Optional<MountMaps.Held> map = switch (owners) {
            case MountOwners.Plain _, MountOwners.Changed _ -> Optional.empty();
            case MountOwners.Default _, MountOwners.Idmapped _ ->
                request.userNamespace().map(MountMaps.Held::borrowed);
            case MountOwners.Mapped mapped -> Optional.of(MountMaps.made(mapped, request.idMaps()));
            case MountOwners.Squashed squashed ->
                Optional.of(MountMaps.made(
                        squashed,
                        request.idMaps(),
                        user.map(Resolved::uid).orElse(0L),
                        user.map(Resolved::gid).orElse(0L)));
        };
        if (map.isEmpty()) {
            return plain(source, readOnly, propagation);
        }
        try (MountMaps.Held held = map.get()) {
            return new Shown(Mounts.idmappedClone(source, held.namespace(), readOnly), View.IDMAPPED);
        } catch (KernelException refused) {
            if (refused.errno() != Errno.EINVAL
                    && refused.errno() != Errno.EPERM
                    && refused.errno() != Errno.EOPNOTSUPP) {
                throw refused;
            }
            requireDefault(owners, what, refused);
        }
        warnings.add(what + ": its file system has no idmapped mounts, so the container sees its files as nobody's and "
                + "can write only where everybody can; the option `U` gives them to the container's user");
        return plain(source, readOnly, propagation);
    }

    private static void requireDefault(MountOwners owners, String what, KernelException refused) {
        if (!(owners instanceof MountOwners.Default)) {
            throw new BundleException(
                    Reason.UNSUPPORTED,
                    what + ": `" + owners.spelling() + "` cannot be: its file system has no idmapped mounts, or it is "
                            + "one already; `U` changes owners instead, `noidmap` shows them as they are",
                    refused);
        }
    }

    private static Shown plain(Fd source, boolean readOnly, String propagation) {
        Fd clone = Mounts.clone(source, true);
        try {
            var flags = EnumSet.of(MountFlag.NO_SUID, MountFlag.NO_DEV);
            if (readOnly) {
                flags.add(MountFlag.READ_ONLY);
            }
            Mounts.restrict(clone, flags);
            boolean slave = propagation.equals(BindOptions.SLAVE);
            Mounts.setPropagation(clone, slave ? Propagation.SLAVE : Propagation.PRIVATE);
            return new Shown(clone, View.PLAIN);
        } catch (KernelException refused) {
            clone.close();
            throw refused;
        }
    }

    /// Attaches it where the container, or the runtime, finds it.
    ///
    /// @return where that is in the container
    private String attach(Shown shown, Fd source, String target, boolean readOnly) {
        Kind kind = FileStat.of(source).type() == FileType.DIRECTORY ? Kind.DIRECTORY : Kind.FILE;
        if (belowRuntimeMount(target)) {
            attachBeside(shown, kind, target);
            return target;
        }
        try (Place place = tree.reach(target, kind)) {
            if (belowRuntimeMount(place.path())) {
                attachBeside(shown, kind, place.path());
                return place.path();
            }
            if (place.path().equals("/")) {
                throw new BundleException(
                        Reason.BAD_TARGET, "`" + Names.shown(target) + "` leads to the container's root");
            }
            Mounts.attach(shown.tree, place.pin());
            if (kind == Kind.DIRECTORY) {
                tree.mounted(place.path(), new Backing(Directory.pinned(source), ownerOfNew(shown), readOnly));
            }
            return place.path();
        }
    }

    private Owner ownerOfNew(Shown shown) {
        return switch (shown.view) {
            case IDMAPPED, OWN -> new Owner(0, 0);
            case PLAIN -> Owner.ofRoot(request.idMaps());
        };
    }

    private boolean belowRuntimeMount(String path) {
        return Paths.within(path, "/dev")
                || byRuntime.stream().anyMatch(mount -> Paths.within(path, mount.destination()));
    }

    private void attachBeside(Shown shown, Kind kind, String destination) {
        if (OWN_DEVICES.contains(destination)) {
            throw new BundleException(Reason.BAD_TARGET, "nothing may be mounted over the container's " + destination);
        }
        Path beside = request.directory().resolve("mounts");
        if (byRuntime.stream().noneMatch(mount -> mount.type().equals("bind"))) {
            BundleDirectory.make(beside, 0700, undo);
        }
        Path place = beside.resolve(Integer.toString(byRuntime.size()));
        switch (kind) {
            case DIRECTORY -> BundleDirectory.make(place, 0700, undo);
            case FILE -> BundleDirectory.makeFile(place, undo);
        }
        Mounts.attach(shown.tree, place);
        undo.add(() -> Mounts.detach(place));
        byRuntime.add(OciMount.bind(place.toString(), destination));
    }
}
