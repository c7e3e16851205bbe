package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Operation;
import io.bulkhead.container.Containers;
import io.bulkhead.container.Containers.ExitStatus;
import io.bulkhead.container.Containers.WaitCondition;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.JsonLines;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// `POST /containers/{id}/wait`. The status is sent as soon as the waiting is registered: `docker run` starts the
/// container only then, and could otherwise miss its end.
final class WaitRoute {

    private final Backend backend;
    private final Containers containers;

    WaitRoute(Backend backend) {
        this.backend = backend;
        this.containers = backend.containers();
    }

    List<Route> routes() {
        return List.of(new Route("POST", "/containers/{id}/wait", Operation.CONTAINER_WAIT, this::waitFor));
    }

    private void waitFor(Call call) throws IOException {
        WaitCondition condition = condition(Query.text(call.exchange(), "condition"));
        Subject subject = Subject.of(call, backend);
        CompletableFuture<ExitStatus> end = containers.waitFor(subject.allowed(), subject.id(), condition);
        call.exchange().whenDisconnected(() -> end.cancel(false));
        var answer = new JsonLines(call.exchange());
        answer.begin();
        try {
            answer.write(fields(end.join()));
        } catch (CancellationException _) {
            // The client has gone; there is nobody to tell.
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
        }
    }

    private static WaitCondition condition(String text) {
        return switch (text) {
            case "", "not-running" -> WaitCondition.NOT_RUNNING;
            case "next-exit" -> WaitCondition.NEXT_EXIT;
            case "removed" -> WaitCondition.REMOVED;
            default -> throw new EngineException(Reason.INVALID, "invalid condition: \"" + Names.shown(text) + "\"");
        };
    }

    private static Map<String, @Nullable Object> fields(ExitStatus status) {
        var fields = Json.object("StatusCode", status.code());
        if (!status.error().isEmpty()) {
            fields.put("Error", Json.object("Message", status.error()));
        }
        return fields;
    }
}
