package io.bulkhead.dockerapi.create;

import io.bulkhead.container.Container;
import io.bulkhead.spec.MountOwners;
import io.bulkhead.spec.StorageSpec.Mount;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// `VolumesFrom`: binds and volumes of another container. Host paths among them are privileges of the new container
/// like any other.
final class InheritedMounts {

    private InheritedMounts() {}

    /// The mounts of another container. They are that container's to remove, so none is anonymous here.
    static List<Mount> of(String line, Function<String, Container> containers) {
        int colon = line.lastIndexOf(':');
        String mode = colon < 0 ? "rw" : line.substring(colon + 1);
        if (!List.of("ro", "rw", "z", "Z").contains(mode)) {
            throw Invalid.value("HostConfig.VolumesFrom", line, "invalid mode; it is ro or rw");
        }
        Container other = containers.apply(colon < 0 ? line : line.substring(0, colon));
        return other.spec().storage().mounts().stream()
                .map(mount -> inherited(mount, mode.equals("ro")))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Mount> inherited(Mount mount, boolean readOnly) {
        return switch (mount) {
            case Mount.Bind bind ->
                Optional.of(new Mount.Bind(
                                bind.source(), bind.target(), readOnly || bind.readOnly(), bind.options(), false, "")
                        .with(inherited(bind.owners(), new MountOwners.Plain())));
            case Mount.Volume volume ->
                Optional.of(new Mount.Volume(
                                volume.name(),
                                volume.target(),
                                readOnly || volume.readOnly(),
                                false,
                                false,
                                volume.driver(),
                                volume.driverOptions(),
                                volume.labels(),
                                volume.subpath(),
                                "")
                        .with(inherited(volume.owners(), new MountOwners.Default())));
            case Mount.Tmpfs _ -> Optional.empty();
        };
    }

    /// Owners are changed for the container that asked for it, and not taken from it by the next.
    ///
    /// @param view how it is shown: a bind is its first container's by ids of the host, a volume by ids inside
    private static MountOwners inherited(MountOwners owners, MountOwners view) {
        return owners instanceof MountOwners.Changed ? view : owners;
    }
}
