package io.bulkhead.dockerapi.volume;

import io.bulkhead.container.Container;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.spec.StorageSpec.Mount;
import java.util.List;

/// Which containers have a volume, running or not.
public final class VolumeUsers {

    private final List<Container> containers;

    public VolumeUsers(Backend backend) {
        containers = backend.containers().all();
    }

    /// Their ids.
    public List<String> of(String volume) {
        return containers.stream()
                .filter(container ->
                        container.spec().storage().mounts().stream().anyMatch(m -> is(m, volume)))
                .map(container -> container.id().toString())
                .toList();
    }

    private static boolean is(Mount mount, String volume) {
        return mount instanceof Mount.Volume used && used.name().equals(volume);
    }
}
