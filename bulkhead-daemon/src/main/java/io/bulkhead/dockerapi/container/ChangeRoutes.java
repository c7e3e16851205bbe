package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.container.Container;
import io.bulkhead.container.Containers;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.create.UpdateResolver;
import io.bulkhead.dockerapi.json.RequestBody;
import io.bulkhead.name.ContainerName;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;
import java.io.IOException;
import java.util.List;

/// Routes that change what a container is: its name and its limits.
final class ChangeRoutes {

    private final Backend backend;
    private final Containers containers;
    private final UpdateResolver updates;

    ChangeRoutes(Backend backend) {
        this.backend = backend;
        this.containers = backend.containers();
        this.updates = new UpdateResolver(backend.host().cpus());
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/containers/{id}/rename", Operation.CONTAINER_RENAME, this::rename),
                new Route("POST", "/containers/{id}/update", Operation.CONTAINER_UPDATE, this::update));
    }

    private void rename(Call call) throws IOException {
        ContainerName name = Query.given(call.exchange(), "name")
                .map(ContainerName::parse)
                .orElseThrow(() -> new EngineException(Reason.INVALID, "Neither old nor new names may be empty"));
        Subject subject = Subject.of(call, backend);
        // A name is what roles know a container by: it takes the right to rename under the new one too.
        Allowed _ = call.allow(subject.container().spec().withName(name).target());
        try {
            containers.rename(subject.allowed(), subject.id(), name);
        } catch (EngineException failure) {
            throw new Seen(call, backend).nameTaken(name, failure);
        }
        call.exchange().answerEmpty(204);
    }

    /// The decision is about the container as it will be, so a limit cannot be raised around it.
    private void update(Call call) throws IOException {
        Container container = new Seen(call, backend).container(call.path("id"));
        ContainerSpec spec = updates.resolve(RequestBody.json(call.exchange()), container);
        Allowed allowed = call.allow(spec.target(), Privileges.of(spec));
        containers.update(allowed, container.id(), spec.resources(), spec.restart());
        Json.answer(call.exchange(), 200, Json.object("Warnings", List.of()));
    }
}
