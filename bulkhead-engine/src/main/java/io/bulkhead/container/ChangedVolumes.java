package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.MountOwners;
import io.bulkhead.spec.StorageSpec.Mount;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// A volume whose owners are changed is changed for all who have it. So nobody changes one that another container had
/// first; who comes later takes it as it is.
final class ChangedVolumes {

    private ChangedVolumes() {}

    /// For a new container. Whoever makes it has been asked whether it may share the volume with that other one.
    static void requireOwn(ContainerSpec spec, List<Life> all) {
        for (String volume : changed(spec)) {
            users(spec, volume, all).findFirst().ifPresent(other -> {
                throw refused(volume, "container " + other.spec().name());
            });
        }
    }

    /// For one that starts, whoever starts it: two may have been made at a time.
    static void requireStillOwn(ContainerSpec spec, Instant made, List<Life> all) {
        for (String volume : changed(spec)) {
            boolean late = users(spec, volume, all)
                    .anyMatch(other -> other.definition().created().isBefore(made));
            if (late) {
                throw refused(volume, "a container that was made before this one");
            }
        }
    }

    private static List<String> changed(ContainerSpec spec) {
        return spec.storage().mounts().stream()
                .filter(mount -> mount.owners() instanceof MountOwners.Changed)
                .flatMap(ChangedVolumes::volume)
                .toList();
    }

    private static Stream<Life> users(ContainerSpec spec, String volume, List<Life> all) {
        return all.stream()
                .filter(other -> !other.id().equals(spec.id()))
                .filter(other -> other.spec().storage().mounts().stream()
                        .flatMap(ChangedVolumes::volume)
                        .anyMatch(volume::equals));
    }

    private static Stream<String> volume(Mount mount) {
        return mount instanceof Mount.Volume used ? Stream.of(used.name()) : Stream.empty();
    }

    private static EngineException refused(String volume, String other) {
        return new EngineException(
                Reason.CONFLICT,
                "volume " + volume + ": its owners are not changed: " + other + " has it too, and would lose its files "
                        + "(ownership, another container's volume). Leave the option `U` away, both see the owners that "
                        + "its files have; or remove that container; or take a volume of its own");
    }
}
