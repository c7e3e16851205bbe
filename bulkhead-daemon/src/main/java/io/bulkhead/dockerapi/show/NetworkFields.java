package io.bulkhead.dockerapi.show;

import io.bulkhead.container.Container;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.network.Attachment;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A container's place in the network, in the three shapes of the API.
final class NetworkFields {

    private final UnaryOperator<String> networkId;

    /// @param networkId the id of a network by its name, empty if there is none
    NetworkFields(UnaryOperator<String> networkId) {
        this.networkId = networkId;
    }

    /// `NetworkSettings` of inspect.
    Map<String, @Nullable Object> settings(Container container) {
        Optional<Attachment> place = container.network();
        var fields = Json.object(
                "Bridge",
                "",
                "SandboxID",
                place.isPresent() ? container.id().value() : "",
                "SandboxKey",
                container.state().running() ? "/proc/" + container.state().pid() + "/ns/net" : "",
                "Ports",
                ports(container),
                "HairpinMode",
                false,
                "LinkLocalIPv6Address",
                "",
                "LinkLocalIPv6PrefixLen",
                0,
                "SecondaryIPAddresses",
                null,
                "SecondaryIPv6Addresses",
                null);
        fields.putAll(addresses(place));
        fields.put("Networks", networks(container));
        return fields;
    }

    private static Map<String, @Nullable Object> addresses(Optional<Attachment> place) {
        return Json.object(
                "EndpointID", place.map(Attachment::endpointId).orElse(""),
                "Gateway", place.map(Attachment::gateway).orElse(""),
                "GlobalIPv6Address", "",
                "GlobalIPv6PrefixLen", 0,
                "IPAddress", place.map(Attachment::address).orElse(""),
                "IPPrefixLen", place.map(Attachment::prefixLength).orElse(0),
                "IPv6Gateway", "",
                "MacAddress", place.map(Attachment::macAddress).orElse(""));
    }

    /// `Networks`, in lists too.
    Map<String, Object> networks(Container container) {
        NetworkSpec spec = container.spec().network();
        if (spec.mode() instanceof NetworkSpec.Mode.Container) {
            return Map.of();
        }
        String name = spec.mode().spelling();
        Optional<Attachment> place = container.network();
        var fields = Json.object(
                "IPAMConfig",
                spec.ipAddress().map(address -> Map.of("IPv4Address", address)).orElse(null),
                "Links",
                null,
                "Aliases",
                ConfigFields.nullIfEmpty(spec.aliases()),
                "DriverOpts",
                null,
                "GwPriority",
                0,
                "NetworkID",
                place.map(Attachment::networkId).orElseGet(() -> networkId.apply(name)));
        fields.putAll(addresses(place));
        fields.put("DNSNames", names(container));
        return Map.of(name, fields);
    }

    private static @Nullable Object names(Container container) {
        if (!(container.spec().network().mode() instanceof NetworkSpec.Mode.Bridge)) {
            return null;
        }
        var names = new ArrayList<String>();
        names.add(container.spec().name().value());
        names.addAll(container.spec().network().aliases());
        names.add(container.id().shortened());
        return names;
    }

    /// Exposed ports with what they are bound to while the container runs, null for those that are not.
    private static Map<String, @Nullable Object> ports(Container container) {
        var ports = new TreeMap<String, @Nullable Object>();
        if (!container.state().running()) {
            return ports;
        }
        List<PublishedPort> published =
                container.network().map(Attachment::published).orElse(List.of());
        for (Port port : container.spec().network().exposed()) {
            List<Object> bound = published.stream()
                    .filter(each -> each.port().equals(port))
                    .<Object>map(
                            each -> Json.object("HostIp", address(each), "HostPort", Integer.toString(each.hostPort())))
                    .toList();
            ports.put(port.toString(), bound.isEmpty() ? null : bound);
        }
        return ports;
    }

    /// `Ports` of a list.
    static List<Object> summary(Container container) {
        var ports = new ArrayList<Object>();
        if (!container.state().running()) {
            return ports;
        }
        List<PublishedPort> published =
                container.network().map(Attachment::published).orElse(List.of());
        for (Port port : container.spec().network().exposed()) {
            if (published.stream().noneMatch(each -> each.port().equals(port))) {
                ports.add(Json.object(
                        "PrivatePort", port.number(), "Type", port.protocol().spelling()));
            }
        }
        for (PublishedPort each : published) {
            ports.add(Json.object(
                    "IP", address(each),
                    "PrivatePort", each.port().number(),
                    "PublicPort", each.hostPort(),
                    "Type", each.port().protocol().spelling()));
        }
        return ports;
    }

    private static String address(PublishedPort port) {
        return port.hostAddress().isEmpty() ? "0.0.0.0" : port.hostAddress();
    }
}
