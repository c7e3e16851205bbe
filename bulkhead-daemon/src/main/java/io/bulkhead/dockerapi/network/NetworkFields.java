package io.bulkhead.dockerapi.network;

import io.bulkhead.container.Container;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.network.Attachment;
import io.bulkhead.network.Network;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Networks as Docker's API writes them.
final class NetworkFields {

    private NetworkFields() {}

    /// @param members the containers to show as its own
    static Map<String, @Nullable Object> of(Network network, List<Container> members) {
        return Json.object(
                "Name", network.name(),
                "Id", network.id(),
                "Created", network.created().toString(),
                "Scope", "local",
                "Driver", network.driver(),
                "EnableIPv4", true,
                "EnableIPv6", false,
                "IPAM", Json.object("Driver", "default", "Options", null, "Config", subnets(network)),
                "Internal", network.internal(),
                "Attachable", false,
                "Ingress", false,
                "ConfigFrom", Map.of("Network", ""),
                "ConfigOnly", false,
                "Containers", members(network, members),
                "Options", options(network),
                "Labels", new TreeMap<>(network.labels()));
    }

    private static List<Map<String, @Nullable Object>> subnets(Network network) {
        return network.subnet().isEmpty()
                ? List.of()
                : List.of(Json.object("Subnet", network.subnet(), "Gateway", network.gateway()));
    }

    private static Map<String, String> options(Network network) {
        return network.bridge().isEmpty() ? Map.of() : Map.of("com.docker.network.bridge.name", network.bridge());
    }

    private static Map<String, Object> members(Network network, List<Container> containers) {
        var members = new TreeMap<String, Object>();
        for (Container container : containers) {
            container
                    .network()
                    .filter(attachment -> attachment.networkId().equals(network.id()))
                    .ifPresent(attachment -> members.put(container.id().toString(), member(container, attachment)));
        }
        return members;
    }

    private static Map<String, @Nullable Object> member(Container container, Attachment attachment) {
        return Json.object(
                "Name", container.spec().name().toString(),
                "EndpointID", attachment.endpointId(),
                "MacAddress", attachment.macAddress(),
                "IPv4Address", attachment.address() + "/" + attachment.prefixLength(),
                "IPv6Address", "");
    }
}
