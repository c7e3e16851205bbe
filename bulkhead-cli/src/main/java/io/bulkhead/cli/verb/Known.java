package io.bulkhead.cli.verb;

import io.bulkhead.cli.api.Api;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import java.util.List;
import java.util.stream.Stream;

/// Names that the daemon knows.
public enum Known {
    CONTAINERS,
    /// Containers whose processes run or are paused.
    LIVE,
    RUNNING,
    PAUSED,
    /// Containers that can be started, or removed without force.
    ENDED,
    IMAGES,
    VOLUMES,
    NETWORKS,
    ANYTHING;

    private static final String NONE = "<none>";

    /// @throws io.bulkhead.cli.api.ApiException when the daemon does not say
    public Stream<String> names(Api api) {
        return switch (this) {
            case CONTAINERS -> containers(api);
            case LIVE -> containers(api, "running", "paused");
            case RUNNING -> containers(api, "running");
            case PAUSED -> containers(api, "paused");
            case ENDED -> containers(api, "created", "exited");
            case IMAGES -> images(api);
            case VOLUMES -> named(api.get("/volumes").at("Volumes"));
            case NETWORKS -> named(api.get("/networks"));
            case ANYTHING -> Stream.of(CONTAINERS, IMAGES, VOLUMES, NETWORKS).flatMap(each -> each.names(api));
        };
    }

    /// What a verb of a group such as `volume` takes: `inspect` alone takes anything.
    public Known in(String group) {
        if (this != ANYTHING) {
            return this;
        }
        return switch (group) {
            case "container" -> CONTAINERS;
            case "image" -> IMAGES;
            case "volume" -> VOLUMES;
            case "network" -> NETWORKS;
            default -> ANYTHING;
        };
    }

    private static Stream<String> containers(Api api, String... states) {
        List<String> filters = Stream.of(states).map(state -> "status=" + state).toList();
        return api
                .get(Query.of("/containers/json")
                        .with("all", "1")
                        .withFilters(filters)
                        .toString())
                .items()
                .stream()
                .flatMap(container -> container.at("Names").items().stream())
                .map(name -> name.text().replaceFirst("^/", ""));
    }

    private static Stream<String> images(Api api) {
        return api.get("/images/json").items().stream()
                .flatMap(image -> image.at("RepoTags").items().stream())
                .map(Json::text)
                .filter(tag -> !tag.contains(NONE));
    }

    private static Stream<String> named(Json objects) {
        return objects.items().stream().map(object -> object.at("Name").text());
    }
}
