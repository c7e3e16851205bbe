package io.bulkhead.bundle;

import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Mounts;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Nodes of its own for the devices that a container with a user namespace asked for: nobody can make one in there, and
/// on the host's own it would be nobody, or somebody who may change their mode for the whole host.
///
/// A node belongs to whom the host's belongs to, by number, as where there is no user namespace: what is root's on the
/// host is the container's root's, and the group 108 is the container's group 108. An id the container does not have
/// becomes its root's. Which devices it may use at all was decided when it was made, and is the device cgroup's.
final class OwnDevices {

    private static final int PRIVATE_MODE = 0700;

    private OwnDevices() {}

    /// @return where the nodes are, in the order of the devices
    static List<Path> make(BundleRequest request, List<DeviceNode> devices, Undo undo) {
        if (devices.isEmpty()) {
            return List.of();
        }
        Path place = request.directory().resolve("devices");
        BundleDirectory.make(place, PRIVATE_MODE, undo);
        Mounts.tmpfs(place, "mode=711,size=64k,nosuid,noexec");
        undo.add(() -> Mounts.detach(place));
        try (Directory directory = Directory.open(place)) {
            return IntStream.range(0, devices.size())
                    .mapToObj(number -> make(request, devices.get(number), directory, place, Integer.toString(number)))
                    .toList();
        }
    }

    private static Path make(BundleRequest request, DeviceNode device, Directory directory, Path place, String name) {
        Owner owner = Owner.ofContainerIds(request.idMaps(), device.uid(), device.gid());
        device.makeIn(directory, name, owner);
        return place.resolve(name);
    }
}
