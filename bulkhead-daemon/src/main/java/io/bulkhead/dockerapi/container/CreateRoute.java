package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.container.Container;
import io.bulkhead.container.EngineException;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.create.SpecWarnings;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;
import io.bulkhead.trust.TrustPolicy;
import io.bulkhead.trust.VerifiedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `POST /containers/create`: decode once, resolve to one spec, compute its privileges, ask, verify the image, and make
/// that very spec.
final class CreateRoute {

    private final Backend backend;
    private final TrustPolicy trust;
    private final Creation creation;

    CreateRoute(Backend backend, TrustPolicy trust, Creation creation) {
        this.backend = backend;
        this.trust = trust;
        this.creation = creation;
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/containers/create", Operation.CONTAINER_CREATE, this::create));
    }

    private void create(Call call) throws IOException {
        Creation.Asked asked = Creation.Asked.of(call, call.exchange().caller());
        // Before the image is looked for, so that nobody learns what is there from which answer comes.
        call.requireAllowable(asked.target(), Set.of());
        Creation.Resolved resolved =
                creation.resolve(call, asked, privilege -> call.requireAllowable(asked.target(), Set.of(privilege)));
        ContainerSpec spec = resolved.spec();

        Allowed allowed = call.allow(spec.target(), resolved.privileges());
        askToReach(call, resolved.reached());
        VerifiedImage verified = trust.verify(backend.images(), resolved.image());
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

    /// What is shared with another container leads into it, as an exec does: it takes the same right, and the
    /// privileges which that container has.
    private static void askToReach(Call call, List<Container> reached) {
        for (Container other : reached) {
            call.allowToo(Operation.CONTAINER_EXEC, other.spec().target(), Privileges.of(other.spec()));
        }
    }
}
