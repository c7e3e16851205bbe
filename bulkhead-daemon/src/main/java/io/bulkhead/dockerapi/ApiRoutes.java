package io.bulkhead.dockerapi;

import java.util.List;
import java.util.stream.Stream;

/// All routes but those of containers and execs.
public final class ApiRoutes {

    private ApiRoutes() {}

    public static List<Route> of(Backend backend) {
        return Stream.of(new SystemRoutes(backend).routes())
                .flatMap(List::stream)
                .toList();
    }
}
