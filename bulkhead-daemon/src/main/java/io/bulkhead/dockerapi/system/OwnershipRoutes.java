package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Containers;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.ownership.Change;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Changes of owners that the mount option `U` made: seen, taken back, forgotten.
final class OwnershipRoutes {

    private static final String ALL = "/bulkhead/v1/ownership";
    private static final String ONE = ALL + "/{id}";

    private final Containers containers;

    OwnershipRoutes(Backend backend) {
        containers = backend.containers();
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", ALL, Operation.OWNERSHIP_READ, this::list),
                new Route("POST", ONE + "/undo", Operation.OWNERSHIP_UNDO, this::undo),
                new Route("DELETE", ONE, Operation.OWNERSHIP_UNDO, this::forget));
    }

    private void list(Call call) throws IOException {
        Allowed allowed = call.allow(Target.object("ownership"));
        Json.answer(
                call.exchange(),
                200,
                containers.ownership().all(allowed).stream()
                        .map(OwnershipRoutes::fields)
                        .toList());
    }

    private static Map<String, @Nullable Object> fields(Change change) {
        var json = Json.object(
                "Id", change.id(),
                "Path", change.path().toString(),
                "Owner", change.rule().toString(),
                "Container", change.container(),
                "Begun", change.begun().toString(),
                "State", change.state().name().toLowerCase(java.util.Locale.ROOT));
        json.putAll(outcome(change.outcome()));
        return json;
    }

    private static Map<String, @Nullable Object> outcome(Change.Outcome outcome) {
        return Json.object(
                "Seen", outcome.seen(),
                "Changed", outcome.changed(),
                "SetIdLost", outcome.setId(),
                "Left", outcome.left(),
                "LeftCount", outcome.leftCount());
    }

    private static Allowed allow(Call call, String id) {
        return call.allow(Target.object("ownership:" + id));
    }

    private void undo(Call call) throws IOException {
        String id = call.path("id");
        Json.answer(call.exchange(), 200, outcome(containers.undoOwnership(allow(call, id), id)));
    }

    private void forget(Call call) throws IOException {
        String id = call.path("id");
        containers.ownership().forget(allow(call, id), id);
        call.exchange().answerEmpty(204);
    }
}
