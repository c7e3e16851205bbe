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
import io.bulkhead.dockerapi.create.CreateRequest;
import io.bulkhead.dockerapi.create.SharedContainers;
import io.bulkhead.dockerapi.create.SpecResolver;
import io.bulkhead.dockerapi.create.SpecWarnings;
import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.image.Image;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.Names;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;
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
    private final SpecResolver resolver;

    CreateRoute(Backend backend, TrustPolicy trust, RandomGenerator randomness, UsernsDefaults userns) {
        this.backend = backend;
        this.trust = trust;
        this.resolver = new SpecResolver(
                backend.containers(),
                backend.volumes(),
                randomness,
                backend.host().cpus(),
                userns);
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
        Image image = backend.images().resolve(request.image());
        requirePlatform(request.image(), image, Query.text(call.exchange(), "platform"));
        ContainerSpec spec =
                resolver.resolve(request, name, image, call.exchange().caller());

        Target target = spec.target();
        Set<Privilege> own = Privileges.of(spec);
        askToReach(call, target, spec, own);
        Allowed allowed = call.allow(target, own);
        VerifiedImage verified = trust.verify(backend.images(), image);
        Container container = backend.containers().create(allowed, verified, spec);

        var warnings = new ArrayList<>(SpecWarnings.of(spec));
        warnings.addAll(container.warnings());
        Json.answer(call.exchange(), 201, Json.object("Id", container.id().value(), "Warnings", warnings));
    }

    /// What is shared with other containers leads into them, so it takes the privileges they have. The question for the
    /// container itself comes after it, about nothing but its own: that proof is what it is made with.
    private void askToReach(Call call, Target target, ContainerSpec spec, Set<Privilege> own) {
        Set<Privilege> all = new HashSet<>(own);
        SharedContainers.of(spec, backend.containers().all()).forEach(other -> all.addAll(Privileges.of(other.spec())));
        if (!all.equals(own)) {
            call.allow(target, all);
        }
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
