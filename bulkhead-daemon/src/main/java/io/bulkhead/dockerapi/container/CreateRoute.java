package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.create.CreateRequest;
import io.bulkhead.dockerapi.create.SharedContainers;
import io.bulkhead.dockerapi.create.SpecResolver;
import io.bulkhead.dockerapi.create.SpecWarnings;
import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.image.Image;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.ImageName;
import io.bulkhead.name.Names;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;
import io.bulkhead.spec.StorageSpec.Mount;
import io.bulkhead.trust.TrustPolicy;
import io.bulkhead.trust.VerifiedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// `POST /containers/create`: decode once, resolve to one spec, compute its privileges, ask, verify the image, and make
/// that very spec.
final class CreateRoute {

    private final Backend backend;
    private final TrustPolicy trust;
    private final RandomGenerator randomness;
    private final UsernsDefaults userns;

    CreateRoute(Backend backend, TrustPolicy trust, RandomGenerator randomness, UsernsDefaults userns) {
        this.backend = backend;
        this.trust = trust;
        this.randomness = randomness;
        this.userns = userns;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/containers/create", Operation.CONTAINER_CREATE, this::create));
    }

    private void create(Call call) throws IOException {
        CreateRequest request = CreateRequest.decode(RequestBody.json(call.exchange()));
        if (request.image().isEmpty()) {
            throw new EngineException(Reason.INVALID, "Image: there is no image to make the container from");
        }
        Optional<ContainerName> name = Query.given(call.exchange(), "name").map(ContainerName::parse);
        requireWithin(call, request.image(), name);
        Image image = backend.images().resolve(request.image());
        requirePlatform(request.image(), image, Query.text(call.exchange(), "platform"));
        var resolver = new SpecResolver(
                new Seen(call, backend)::container,
                backend.volumes(),
                randomness,
                backend.host().cpus(),
                userns,
                backend.containers()::idsOf,
                backend.containers()::subids);
        ContainerSpec spec =
                resolver.resolve(request, name, image, call.exchange().caller());

        Allowed allowed = call.allow(spec.target(), privileges(spec));
        askToReach(call, spec);
        VerifiedImage verified = trust.verify(backend.images(), image);
        Container container = made(call, allowed, verified, spec);

        var warnings = new ArrayList<>(SpecWarnings.of(spec));
        warnings.addAll(container.warnings());
        Json.answer(call.exchange(), 201, Json.object("Id", container.id().value(), "Warnings", warnings));
    }

    private Container made(Call call, Allowed allowed, VerifiedImage image, ContainerSpec spec) {
        try {
            return backend.containers().create(allowed, image, spec);
        } catch (EngineException failure) {
            throw new Seen(call, backend).nameTaken(spec.name(), failure);
        }
    }

    /// Before the image is looked for, so that nobody learns what is there from which answer comes.
    private void requireWithin(Call call, String image, Optional<ContainerName> name) {
        var references = new HashSet<>(Set.of(image));
        try {
            references.add(ImageName.parse(image).withDefaultTag().toString());
        } catch (IllegalArgumentException _) {
            // An id, then.
        }
        var asked = new Target.OfContainer(
                "",
                name.map(ContainerName::value).orElse(""),
                references,
                call.exchange().caller().subject());
        if (!call.lists(asked)) {
            Allowed _ = call.allow(asked);
        }
    }

    /// What is shared with another container leads into it, as an exec does: it takes the same right, and the
    /// privileges which that container has.
    private void askToReach(Call call, ContainerSpec spec) {
        for (Container other : SharedContainers.of(spec, backend.containers().all())) {
            call.allowToo(Operation.CONTAINER_EXEC, other.spec().target(), Privileges.of(other.spec()));
        }
    }

    /// With the volumes of others, which a spec does not know.
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
