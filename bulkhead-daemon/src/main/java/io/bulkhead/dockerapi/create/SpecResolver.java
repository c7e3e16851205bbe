package io.bulkhead.dockerapi.create;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Privilege;
import io.bulkhead.container.Container;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.image.Image;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.ImageName;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IoSpec;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.RestartPolicy;
import io.bulkhead.volume.Volumes;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/// Merges a request, its image and the engine's defaults into one [ContainerSpec]. It only looks: at the host's paths,
/// at other containers and at volumes; whatever has to be made is made after the decision.
public final class SpecResolver {

    private final Function<String, Container> containers;
    private final RandomGenerator randomness;
    private final StorageResolver storage;
    private final NetworkResolver network;
    private final IsolationResolver isolation;
    private final ResourceResolver resources;
    private final UsernsDefaults userns;
    private final ToLongFunction<Image> imageIds;
    private final Function<String, IdMaps> subids;

    /// @param containers by what a request calls them, as far as its caller may know of them
    /// @param processors how many the host has
    /// @param imageIds how many ids an image's files need
    /// @param subids the ids that a user of the host was given
    /// @param mayLook refuses a look at a path of the host that could not be granted anyway
    public SpecResolver(
            Function<String, Container> containers,
            Volumes volumes,
            RandomGenerator randomness,
            int processors,
            UsernsDefaults userns,
            ToLongFunction<Image> imageIds,
            Function<String, IdMaps> subids,
            Consumer<Privilege> mayLook) {
        this.subids = subids;
        this.userns = userns;
        this.imageIds = imageIds;
        var hostPaths = new HostPaths(mayLook);
        this.containers = name -> named(containers, name);
        this.randomness = randomness;
        this.storage = new StorageResolver(this.containers, volumes, hostPaths, randomness);
        this.network = new NetworkResolver(this::idOf);
        this.isolation = new IsolationResolver(this.containers, hostPaths);
        this.resources = new ResourceResolver(processors);
    }

    /// A container named in a request to make another one. Were it answered with 404, the client would take the
    /// image for the missing thing and pull that.
    private static Container named(Function<String, Container> containers, String name) {
        try {
            return containers.apply(name);
        } catch (EngineException absent) {
            if (absent.reason() != Reason.NOT_FOUND) {
                throw absent;
            }
            throw new EngineException(Reason.CONFLICT, String.valueOf(absent.getMessage()));
        }
    }

    private String idOf(String container) {
        return containers.apply(container).id().value();
    }

    /// @param name absent: one is made up
    public ContainerSpec resolve(CreateRequest request, Optional<ContainerName> name, Image image, Caller caller) {
        HostConfig host = request.hostConfig();
        RestartPolicy restart = PolicyResolver.restart(host.restartPolicy());
        Invalid.when(
                host.autoRemove() && !restart.equals(RestartPolicy.NEVER),
                "can't create 'AutoRemove' container with restart policy");
        NetworkSpec networkSpec = network.resolve(request, image.config());
        var spec = new ContainerSpec(
                ContainerId.random(randomness),
                name.orElseGet(() -> RandomName.next(randomness)),
                request.image(),
                image.id(),
                reference(request.image(), image),
                caller.subject(),
                ProcessResolver.resolve(request, image.config()),
                io(request),
                NetworkResolver.hostname("Hostname", request.hostname()),
                NetworkResolver.hostname("Domainname", request.domainname()),
                ProcessResolver.labels(request, image.config()),
                HealthResolver.resolve(request, image.config()),
                PolicyResolver.stop(request.stopSignal(), request.stopTimeout(), image.config()),
                restart,
                host.autoRemove(),
                isolation.resolve(
                        host,
                        networkSpec.mode(),
                        userns.of(caller.subject()),
                        new UsernsSources(() -> imageIds.applyAsLong(image), subids)),
                resources.resolve(host),
                storage.resolve(request, image.config()),
                networkSpec,
                PolicyResolver.log(host.logConfig()));
        SharedContainers.requireNoHostNamespace(spec, containers);
        return spec;
    }

    /// By the name the caller used, if it is one of the image's.
    private static String reference(String written, Image image) {
        return image.named(written).map(ImageName::toString).orElse(image.id().toString());
    }

    private static IoSpec io(CreateRequest request) {
        return new IoSpec(
                request.tty(),
                request.openStdin(),
                request.stdinOnce(),
                request.attachStdin(),
                request.attachStdout(),
                request.attachStderr());
    }
}
