package io.bulkhead.spec;

import io.bulkhead.access.Target;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One container, completely resolved: the request merged with its image's configuration and the engine's defaults. It
/// is immutable; privileges are computed from it, the decision is taken on it, and this very object is executed and
/// stored.
///
/// @param imageName the image as the caller wrote it, for display
/// @param imageId the digest of the image's configuration
/// @param imageReference the image as roles know it: the name that was asked for, nothing left out, or the id when it
/// was asked for by that
/// @param owner who made it, as [io.bulkhead.access.Caller#subject()]; empty when an older engine did not note it
/// @param hostname empty: the shortened id
public record ContainerSpec(
        ContainerId id,
        ContainerName name,
        String imageName,
        Digest imageId,
        String imageReference,
        String owner,
        ProcessSpec process,
        IoSpec io,
        String hostname,
        String domainname,
        Map<String, String> labels,
        Optional<HealthCheck> health,
        StopSpec stop,
        RestartPolicy restart,
        boolean autoRemove,
        IsolationSpec isolation,
        Resources resources,
        StorageSpec storage,
        NetworkSpec network,
        LogSpec log) {

    public ContainerSpec {
        labels = Map.copyOf(labels);
    }

    /// What decisions about it are about.
    public Target.OfContainer target() {
        return new Target.OfContainer(id.value(), name.value(), Set.of(imageReference), owner);
    }

    public ContainerSpec withName(ContainerName newName) {
        return new ContainerSpec(
                id,
                newName,
                imageName,
                imageId,
                imageReference,
                owner,
                process,
                io,
                hostname,
                domainname,
                labels,
                health,
                stop,
                restart,
                autoRemove,
                isolation,
                resources,
                storage,
                network,
                log);
    }

    public ContainerSpec withResources(Resources newResources, RestartPolicy newRestart) {
        return new ContainerSpec(
                id,
                name,
                imageName,
                imageId,
                imageReference,
                owner,
                process,
                io,
                hostname,
                domainname,
                labels,
                health,
                stop,
                newRestart,
                autoRemove,
                isolation,
                newResources,
                storage,
                network,
                log);
    }
}
