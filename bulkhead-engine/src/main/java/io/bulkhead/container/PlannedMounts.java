package io.bulkhead.container;

import io.bulkhead.container.Container.MountPoint;
import io.bulkhead.spec.StorageSpec;
import io.bulkhead.spec.StorageSpec.Mount;
import io.bulkhead.volume.Volumes;
import java.util.List;

/// What a container that never ran will have mounted: as it was asked for, links in the image not yet resolved.
final class PlannedMounts {

    private PlannedMounts() {}

    /// @param volumes where those of the spec exist already
    static List<MountPoint> of(StorageSpec storage, Volumes volumes) {
        return storage.mounts().stream().map(mount -> of(mount, volumes)).toList();
    }

    private static MountPoint of(Mount planned, Volumes volumes) {
        return switch (planned) {
            case Mount.Bind bind ->
                new MountPoint(
                        "bind",
                        "",
                        bind.source(),
                        bind.target(),
                        "",
                        String.join(",", bind.options()),
                        !bind.readOnly(),
                        bind.options().stream()
                                .filter(option -> option.endsWith("private") || option.endsWith("slave"))
                                .findFirst()
                                .orElse("rprivate"));
            case Mount.Volume volume ->
                new MountPoint(
                        "volume",
                        volume.name(),
                        volumes.find(volume.name())
                                .map(found -> found.data().toString())
                                .orElse(""),
                        volume.target(),
                        "local",
                        volume.readOnly() ? "ro" : "",
                        !volume.readOnly(),
                        "rprivate");
            case Mount.Tmpfs tmpfs ->
                new MountPoint(
                        "tmpfs", "", "", tmpfs.target(), "", String.join(",", tmpfs.options()), !tmpfs.readOnly(), "");
        };
    }
}
