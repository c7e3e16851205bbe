package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.denial.Denial;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.name.ContainerId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the kernel refused to containers, with the rule and what lifts it.
final class DenialRoutes {

    private final Backend backend;

    DenialRoutes(Backend backend) {
        this.backend = backend;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/bulkhead/v1/denials", Operation.DENIALS_READ, this::list));
    }

    private void list(Call call) throws IOException {
        Optional<String> container = Query.given(call.exchange(), "container");
        Allowed allowed = call.allow(Target.object("denials"));
        List<Denial> denials = backend.containers().denials(allowed).stream()
                .filter(denial -> call.sees(denial.owner().target()))
                .toList();
        if (container.isPresent()) {
            denials = of(call, container.get(), denials);
        }
        Json.answer(
                call.exchange(), 200, denials.stream().map(DenialRoutes::json).toList());
    }

    /// Of a container that there is, or of one that is gone and was refused something.
    ///
    /// @throws EngineException NOT_FOUND
    private List<Denial> of(Call call, String idOrName, List<Denial> denials) {
        try {
            ContainerId id = backend.containers().resolve(idOrName, call::sees).id();
            return denials.stream()
                    .filter(denial -> denial.owner().id().equals(id))
                    .toList();
        } catch (EngineException missing) {
            List<Denial> gone = denials.stream()
                    .filter(denial -> denial.owner().name().equals(idOrName)
                            || denial.owner().id().value().startsWith(idOrName))
                    .toList();
            if (missing.reason() != Reason.NOT_FOUND || gone.isEmpty()) {
                throw missing;
            }
            return gone;
        }
    }

    private static Map<String, Object> json(Denial denial) {
        return Json.object(
                "Container", denial.owner().id().value(),
                "Name", denial.owner().name(),
                "Image", denial.owner().image(),
                "Layer", "seccomp",
                "Call", denial.call(),
                "Number", denial.number(),
                "Table", denial.table().label(),
                "Answer", denial.last().action().name(),
                "Enforced", denial.enforced(),
                "Outcome", denial.reason().outcome(),
                "Count", denial.count(),
                "CountIsLowerBound", denial.atLeast(),
                "First", denial.first().toString(),
                "Last", denial.last().time().toString(),
                "Pid", denial.last().pid(),
                "Command", denial.last().command(),
                "Executable", denial.last().executable(),
                "Rule", denial.reason().rule(),
                "LiftedBy", denial.reason().remedy());
    }
}
