package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.EngineException;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Refusal;
import io.bulkhead.dockerapi.Route;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/// What Docker has and Bulkhead has not, answered so that clients say why: builds, swarm and plugins.
final class Absent {

    private static final List<String> SWARM = List.of("swarm", "nodes", "services", "tasks", "secrets", "configs");

    private Absent() {}

    static List<Route> routes() {
        return Stream.of(builds(), swarm(), plugins()).flatMap(List::stream).toList();
    }

    private static List<Route> builds() {
        return List.of(
                new Route("POST", "/build", Operation.IMAGE_BUILD, Absent::noBuilds),
                new Route("POST", "/build/cancel", Operation.IMAGE_BUILD, Absent::noBuilds),
                new Route("POST", "/session", Operation.IMAGE_BUILD, Absent::noBuilds),
                new Route("POST", "/grpc", Operation.IMAGE_BUILD, Absent::noBuilds),
                // Part of `docker system prune`, which must be able to end.
                new Route("POST", "/build/prune", Operation.IMAGE_PRUNE, Absent::nothingBuilt));
    }

    private static void noBuilds(Call call) {
        throw new EngineException(
                EngineException.Reason.UNSUPPORTED,
                "building images is not supported by Bulkhead yet; build elsewhere and bring the image here with"
                        + " `docker load`, `docker import` or `docker pull`");
    }

    private static void nothingBuilt(Call call) throws IOException {
        call.allow(Target.none());
        Json.answer(call.exchange(), 200, Json.object("CachesDeleted", null, "SpaceReclaimed", 0));
    }

    private static List<Route> swarm() {
        return SWARM.stream()
                .flatMap(word -> Stream.of("GET", "POST", "DELETE")
                        .flatMap(method -> Stream.of("/" + word, "/" + word + "/{rest...}")
                                .map(pattern -> new Route(method, pattern, Operation.SYSTEM_INFO, Absent::noSwarm))))
                .toList();
    }

    /// Docker's words, which clients look for.
    private static void noSwarm(Call call) {
        throw new Refusal(
                503,
                "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this"
                        + " node to swarm and try again.");
    }

    private static List<Route> plugins() {
        return List.of(
                new Route("GET", "/plugins", Operation.SYSTEM_INFO, Absent::emptyList),
                new Route("GET", "/plugins/{rest...}", Operation.SYSTEM_INFO, Absent::noPlugins),
                new Route("POST", "/plugins/{rest...}", Operation.SYSTEM_INFO, Absent::noPlugins),
                new Route("DELETE", "/plugins/{rest...}", Operation.SYSTEM_INFO, Absent::noPlugins));
    }

    private static void emptyList(Call call) throws IOException {
        call.allow(Target.none());
        Json.answer(call.exchange(), 200, List.of());
    }

    private static void noPlugins(Call call) {
        throw new EngineException(EngineException.Reason.UNSUPPORTED, "plugins are not supported by Bulkhead");
    }
}
