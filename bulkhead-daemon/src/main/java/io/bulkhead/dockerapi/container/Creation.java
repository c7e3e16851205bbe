package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.create.CreateRequest;
import io.bulkhead.dockerapi.create.SharedContainers;
import io.bulkhead.dockerapi.create.SpecResolver;
import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.image.Image;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.ImageName;
import io.bulkhead.name.Names;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;
import io.bulkhead.spec.StorageSpec.Mount;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// What a request for a new container comes to: read once, resolved to one spec, with the privileges that takes. It
/// changes nothing.
final class Creation {

    private final Backend backend;
    private final RandomGenerator randomness;
    private final UsernsDefaults userns;

    Creation(Backend backend, RandomGenerator randomness, UsernsDefaults userns) {
        this.backend = backend;
        this.randomness = randomness;
        this.userns = userns;
    }

    /// A request as it came, before anything of this engine or host was looked at.
    ///
    /// @param platform as `linux/amd64`; empty for any
    record Asked(CreateRequest request, Optional<ContainerName> name, String platform, Caller caller) {

        /// Reads the body.
        static Asked of(Call call, Caller caller) throws IOException {
            CreateRequest request = CreateRequest.decode(RequestBody.json(call.exchange()));
            if (request.image().isEmpty()) {
                throw new EngineException(Reason.INVALID, "Image: there is no image to make the container from");
            }
            Optional<ContainerName> name = Query.given(call.exchange(), "name").map(ContainerName::parse);
            return new Asked(request, name, Query.text(call.exchange(), "platform"), caller);
        }

        /// What a decision is about while nobody has looked whether the image is there. What is written may be a name
        /// or an id.
        Target target() {
            var references = new HashSet<>(Set.of(request.image()));
            try {
                references.add(ImageName.parse(request.image()).withDefaultTag().toString());
            } catch (IllegalArgumentException _) {
                // An id, then.
            }
            return new Target.OfContainer("", name.map(ContainerName::value).orElse(""), references, caller.subject());
        }
    }

    /// @param privileges with the volumes of others, which a spec does not know
    /// @param reached what it shares something with: that leads into those
    record Resolved(ContainerSpec spec, Image image, Set<Privilege> privileges, List<Container> reached) {
        Resolved {
            privileges = Set.copyOf(privileges);
            reached = List.copyOf(reached);
        }
    }

    /// @param mayLook refuses a look at a path of the host
    Resolved resolve(Call call, Asked asked, Consumer<Privilege> mayLook) {
        Image image = backend.images().resolve(asked.request().image());
        requirePlatform(asked.request().image(), image, asked.platform());
        var resolver = new SpecResolver(
                new Seen(call, backend)::container,
                backend.volumes(),
                randomness,
                backend.host().cpus(),
                userns,
                backend.containers()::idsOf,
                backend.containers()::subids,
                mayLook);
        ContainerSpec spec = resolver.resolve(asked.request(), asked.name(), image, asked.caller());
        return new Resolved(
                spec,
                image,
                privileges(spec),
                SharedContainers.of(spec, backend.containers().all()));
    }

    private Set<Privilege> privileges(ContainerSpec spec) {
        var privileges = new HashSet<>(Privileges.of(spec));
        for (Mount mount : spec.storage().mounts()) {
            if (mount instanceof Mount.Volume volume) {
                backend.volumes()
                        .find(volume.name())
                        .filter(there -> !there.owner().equals(spec.owner()))
                        .ifPresent(there -> privileges.add(new Privilege.OthersVolume(there.name())));
            }
        }
        return privileges;
    }

    /// Docker answers 404, with which the client pulls for the platform.
    private static void requirePlatform(String name, Image image, String platform) {
        if (platform.isEmpty()) {
            return;
        }
        List<String> asked = List.of(platform.split("/", -1));
        String actual = image.config().os() + "/" + image.config().architecture();
        boolean fits = asked.getFirst().equals(image.config().os())
                && (asked.size() < 2 || asked.get(1).equals(image.config().architecture()));
        if (!fits) {
            throw new EngineException(
                    Reason.NOT_FOUND,
                    "image with reference " + Names.shown(name) + " was found but its platform (" + actual
                            + ") does not match the specified platform (" + Names.shown(platform) + ")");
        }
    }
}
