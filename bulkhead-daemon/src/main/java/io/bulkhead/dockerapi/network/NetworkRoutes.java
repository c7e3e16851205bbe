package io.bulkhead.dockerapi.network;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.container.EngineException;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Filters;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Refusal;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.name.Names;
import io.bulkhead.network.Network;
import io.bulkhead.network.NetworkException;
import io.bulkhead.spec.NetworkSpec.Mode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Routes about networks. The engine has `bridge`, `host` and `none`; others cannot be made yet.
public final class NetworkRoutes {

    private static final Set<String> LIST =
            Set.of("dangling", "driver", "id", "label", "label!", "name", "scope", "type");

    private final Backend backend;

    public NetworkRoutes(Backend backend) {
        this.backend = backend;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/networks", Operation.NETWORK_LIST, this::list),
                new Route("GET", "/networks/{id}", Operation.NETWORK_INSPECT, this::inspect),
                new Route("DELETE", "/networks/{id}", Operation.NETWORK_REMOVE, this::remove),
                new Route("POST", "/networks/prune", Operation.NETWORK_PRUNE, NetworkRoutes::prune),
                unsupported("/networks/create", Operation.NETWORK_CREATE, "creating networks"),
                unsupported("/networks/{id}/connect", Operation.NETWORK_CONNECT, "connecting a container afterwards"),
                unsupported("/networks/{id}/disconnect", Operation.NETWORK_CONNECT, "disconnecting a container"));
    }

    private static Route unsupported(String pattern, Operation operation, String what) {
        return new Route("POST", pattern, operation, _ -> {
            throw new EngineException(
                    EngineException.Reason.UNSUPPORTED,
                    what + " is not supported by Bulkhead yet; a container gets its network when it is created:"
                            + " --network bridge, none or host");
        });
    }

    private void list(Call call) throws IOException {
        call.allow(Target.none());
        Filters filters = Filters.of(call.exchange(), LIST);
        List<Container> containers = new Seen(call, backend).containers();
        List<Map<String, @Nullable Object>> found = backend.networks().all().stream()
                .filter(network ->
                        call.lists(new Target.OfNetwork(network.name(), "")) && matches(filters, network, containers))
                // As Docker: a list does not say who is in a network.
                .map(network -> NetworkFields.of(network, List.of()))
                .toList();
        Json.answer(call.exchange(), 200, found);
    }

    private static boolean matches(Filters filters, Network network, List<Container> containers) {
        Optional<Boolean> dangling = filters.flag("dangling");
        return filters.allows("driver", network.driver())
                && filters.allows("scope", "local")
                && partFits(filters, "name", network.name())
                && partFits(filters, "id", network.id())
                && filters.labelsMatch(network.labels())
                && typeFits(filters, predefined(network))
                && dangling.map(unused -> !predefined(network)
                                && unused == users(network, containers).isEmpty())
                        .orElse(true);
    }

    private static boolean partFits(Filters filters, String filter, String value) {
        return !filters.has(filter) || filters.values(filter).stream().anyMatch(value::contains);
    }

    private static boolean typeFits(Filters filters, boolean predefined) {
        Set<String> types = filters.values("type");
        for (String type : types) {
            if (!type.equals("builtin") && !type.equals("custom")) {
                throw Filters.invalid("type", type);
            }
        }
        return types.isEmpty() || types.contains(predefined ? "builtin" : "custom");
    }

    private static boolean predefined(Network network) {
        return Set.of("bridge", "host", "none").contains(network.name());
    }

    /// Every container made for it, running or not.
    private static List<Container> users(Network network, List<Container> containers) {
        return containers.stream()
                .filter(c -> c.spec().network().mode() instanceof Mode.Bridge(var name) && name.equals(network.name()))
                .toList();
    }

    private Network resolve(Call call) {
        String wanted = call.path("id");
        return backend.networks()
                .find(wanted)
                .orElseThrow(() -> new NetworkException(
                        NetworkException.Reason.NOT_FOUND, "network " + Names.shown(wanted) + " not found"));
    }

    private void inspect(Call call) throws IOException {
        Network network = resolve(call);
        call.allow(new Target.OfNetwork(network.name(), ""));
        Json.answer(call.exchange(), 200, NetworkFields.of(network, new Seen(call, backend).containers()));
    }

    private void remove(Call call) throws IOException {
        Network network = resolve(call);
        call.allow(new Target.OfNetwork(network.name(), ""));
        throw new Refusal(403, network.name() + " is a pre-defined network and cannot be removed");
    }

    /// There are none but the three that always stay.
    private static void prune(Call call) throws IOException {
        Filters _ = Filters.of(call.exchange(), Set.of("label", "label!", "until"));
        call.allow(Target.none());
        Json.answer(call.exchange(), 200, Json.object("NetworksDeleted", null));
    }
}
