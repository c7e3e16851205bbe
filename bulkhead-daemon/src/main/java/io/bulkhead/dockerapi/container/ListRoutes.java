package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.container.Containers;
import io.bulkhead.dockerapi.Announcer;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Filters;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.Timestamps;
import io.bulkhead.dockerapi.show.ContainerFields;
import io.bulkhead.image.Image;
import io.bulkhead.name.ContainerId;
import io.bulkhead.network.Network;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Routes about many containers: list and prune.
final class ListRoutes {

    private final Backend backend;
    private final ContainerFields fields;

    ListRoutes(Backend backend) {
        this.backend = backend;
        this.fields = new ContainerFields(
                name -> backend.networks().find(name).map(Network::id).orElse(""));
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/containers/json", Operation.CONTAINER_LIST, this::list),
                new Route("POST", "/containers/prune", Operation.CONTAINER_PRUNE, this::prune));
    }

    private void list(Call call) throws IOException {
        call.allow(Target.none());
        Filters filters = Filters.of(call.exchange(), ListFilter.KNOWN);
        var filter = new ListFilter(filters, new Seen(call, backend), backend.images());
        int limit = limit(call);
        boolean all = Query.flag(call.exchange(), "all") || limit > 0 || filters.has("status");
        boolean sizes = Query.flag(call.exchange(), "size");
        var lines = new ArrayList<Map<String, @Nullable Object>>();
        for (Container container : new Seen(call, backend).containers()) {
            if (limit > 0 && lines.size() == limit) {
                break;
            }
            if ((all || container.state().running()) && filter.matches(container)) {
                lines.add(line(container, sizes));
            }
        }
        Json.answer(call.exchange(), 200, lines);
    }

    /// Older clients say -1 for "no limit".
    private static int limit(Call call) {
        return Query.text(call.exchange(), "limit").equals("-1")
                ? 0
                : Query.number(call.exchange(), "limit", 0, Integer.MAX_VALUE);
    }

    private Map<String, @Nullable Object> line(Container container, boolean sizes) {
        Optional<Image> image = backend.images().find(container.spec().imageName());
        boolean sameImage =
                image.map(i -> i.id().equals(container.spec().imageId())).orElse(false);
        String name = sameImage
                ? container.spec().imageName()
                : container.spec().imageId().toString();
        var line = fields.listed(container, name, backend.clock().instant());
        if (sizes) {
            line.putAll(Sizes.of(container, backend));
        }
        return line;
    }

    private void prune(Call call) throws IOException {
        Allowed allowed = call.allow(Target.none());
        Filters filters = Filters.of(call.exchange(), Set.of("until", "label", "label!"));
        Optional<Instant> until = filters.values("until").stream()
                .map(text -> Timestamps.parse(text, backend.clock().instant()))
                .min(Instant::compareTo);
        Containers.Pruned pruned = backend.containers()
                .prune(
                        allowed,
                        container -> call.lists(container.spec().target())
                                && until.map(container.created()::isBefore).orElse(true)
                                && filters.labelsMatch(container.spec().labels()));
        new Announcer(backend).pruned("container", pruned.bytes());
        List<String> ids = pruned.removed().stream().map(ContainerId::value).toList();
        Json.answer(call.exchange(), 200, Json.object("ContainersDeleted", ids, "SpaceReclaimed", pruned.bytes()));
    }
}
