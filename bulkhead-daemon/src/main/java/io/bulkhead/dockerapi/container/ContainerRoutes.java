package io.bulkhead.dockerapi.container;

import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.Operation;
import io.bulkhead.container.EngineException;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.idmap.UsernsDefaults;
import io.bulkhead.trust.TrustPolicy;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// All routes of containers and execs.
public final class ContainerRoutes {

    private ContainerRoutes() {}

    /// @param randomness for ids and names
    /// @param policy the roles in force
    /// @param userns of containers that ask for none
    public static List<Route> of(
            Backend backend,
            TrustPolicy trust,
            RandomGenerator randomness,
            UsernsDefaults userns,
            Supplier<AccessPolicy> policy) {
        var creation = new Creation(backend, randomness, userns);
        return Stream.of(
                        new ListRoutes(backend).routes(),
                        new CreateRoute(backend, trust, creation).routes(),
                        new ExplainRoute(creation, policy).routes(),
                        new InspectRoutes(backend).routes(),
                        new LifeRoutes(backend).routes(),
                        new WaitRoute(backend).routes(),
                        new ChangeRoutes(backend).routes(),
                        new LogRoute(backend).routes(),
                        new StatsRoute(backend).routes(),
                        new AttachRoutes(backend).routes(),
                        new ExecRoutes(backend).routes(),
                        absent())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Route> absent() {
        String archive = "/containers/{id}/archive";
        String instead = "copying files is not supported yet; use exec with tar and its standard streams, such as "
                + "`docker exec ID tar -c PATH`, or a volume";
        return List.of(
                unsupported("HEAD", archive, Operation.CONTAINER_COPY_OUT, instead),
                unsupported("GET", archive, Operation.CONTAINER_COPY_OUT, instead),
                unsupported("PUT", archive, Operation.CONTAINER_COPY_IN, instead),
                unsupported(
                        "GET",
                        "/containers/{id}/changes",
                        Operation.CONTAINER_CHANGES,
                        "comparing a container with its image is not supported yet"),
                unsupported(
                        "GET",
                        "/containers/{id}/export",
                        Operation.CONTAINER_EXPORT,
                        "exporting a container is not supported yet; use exec with tar"),
                unsupported(
                        "POST",
                        "/commit",
                        Operation.CONTAINER_COMMIT,
                        "making an image of a container is not supported yet; use import with a tar"),
                unsupported(
                        "GET",
                        "/containers/{id}/attach/ws",
                        Operation.CONTAINER_ATTACH,
                        "attaching by web socket is not supported; use POST /containers/{id}/attach"));
    }

    private static Route unsupported(String method, String pattern, Operation operation, String problem) {
        return new Route(method, pattern, operation, _ -> {
            throw new EngineException(EngineException.Reason.UNSUPPORTED, problem);
        });
    }
}
