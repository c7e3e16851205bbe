package io.bulkhead.dockerapi.create;

import io.bulkhead.image.ImageConfig;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.NetworkSpec.Mode;
import io.bulkhead.spec.NetworkSpec.Port;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The container's place in the network. Names and addresses end up as lines of `/etc/hosts` and `/etc/resolv.conf`, so
/// none of them may hold a blank or a line end.
final class NetworkResolver {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,252})");
    private static final Pattern SEARCH = Pattern.compile("\\.|[a-zA-Z0-9_.-]{1,253}");
    private static final Pattern OPTION = Pattern.compile("[a-zA-Z0-9:_-]{1,64}");
    private static final Pattern NETWORK = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

    private final UnaryOperator<String> containerId;

    NetworkResolver(UnaryOperator<String> containerId) {
        this.containerId = containerId;
    }

    NetworkSpec resolve(CreateRequest request, ImageConfig image) {
        HostConfig host = request.hostConfig();
        Mode mode = request.networkDisabled() ? new Mode.None() : mode(host.networkMode());
        Optional<CreateRequest.Endpoint> endpoint =
                endpoint(request.networkingConfig().endpointsConfig(), mode);
        requireNoConflict(request, mode);
        var ports = Ports.parseAll(request.exposedPorts().keySet());
        ports.addAll(Ports.parseAll(image.exposedPorts()));
        ports.addAll(Ports.parseAll(host.portBindings().keySet()));
        List<Port> exposed = Ports.sorted(ports);
        return new NetworkSpec(
                mode,
                exposed,
                Ports.published(host.portBindings(), exposed, host.publishAllPorts()),
                host.publishAllPorts(),
                host.dns().stream()
                        .map(address -> Addresses.require("HostConfig.Dns", address))
                        .toList(),
                matching(SEARCH, "HostConfig.DnsSearch", host.dnsSearch()),
                matching(OPTION, "HostConfig.DnsOptions", host.dnsOptions()),
                host.extraHosts().stream().map(NetworkResolver::extraHost).toList(),
                mac(
                        request.macAddress(),
                        endpoint.map(CreateRequest.Endpoint::macAddress).orElse("")),
                endpoint.map(CreateRequest.Endpoint::ipamConfig)
                        .map(CreateRequest.Ipam::ipv4Address)
                        .filter(address -> !address.isEmpty())
                        .map(address -> Addresses.requireIpv4("IPAMConfig.IPv4Address", address)),
                matching(
                        NAME,
                        "Aliases",
                        endpoint.map(CreateRequest.Endpoint::aliases).orElse(List.of())));
    }

    private Mode mode(String mode) {
        return switch (mode) {
            case "", "default" -> new Mode.Bridge("bridge");
            case "none" -> new Mode.None();
            case "host" -> new Mode.Host();
            default -> {
                if (mode.startsWith("container:")) {
                    yield new Mode.Container(containerId.apply(mode.substring("container:".length())));
                }
                if (!NETWORK.matcher(mode).matches()) {
                    throw Invalid.value("HostConfig.NetworkMode", mode, "no network can have this name");
                }
                yield new Mode.Bridge(mode);
            }
        };
    }

    /// The settings for the container's one network. The client also sends empty ones.
    private static Optional<CreateRequest.Endpoint> endpoint(Map<String, CreateRequest.Endpoint> endpoints, Mode mode) {
        Invalid.when(endpoints.size() > 1, "NetworkingConfig.EndpointsConfig: a container has one network for now");
        return endpoints.entrySet().stream().findFirst().map(entry -> {
            String network = entry.getKey().equals("default") ? "bridge" : entry.getKey();
            if (!network.equals(mode.spelling())) {
                throw Invalid.value(
                        "NetworkingConfig.EndpointsConfig",
                        entry.getKey(),
                        "the container is to be in the network " + io.bulkhead.name.Names.shown(mode.spelling())
                                + "; set HostConfig.NetworkMode to the same");
            }
            if (!(mode instanceof Mode.Bridge) && !isEmpty(entry.getValue())) {
                throw Invalid.value(
                        "NetworkingConfig.EndpointsConfig", entry.getKey(), "this mode has no addresses or aliases");
            }
            return entry.getValue();
        });
    }

    private static boolean isEmpty(CreateRequest.Endpoint endpoint) {
        boolean address = endpoint.ipamConfig() != null
                && !endpoint.ipamConfig().ipv4Address().isEmpty();
        return !address && endpoint.macAddress().isEmpty() && endpoint.aliases().isEmpty();
    }

    /// Docker's own refusals (moby, runconfig/hostconfig_unix.go `validateNetMode`).
    private static void requireNoConflict(CreateRequest request, Mode mode) {
        HostConfig host = request.hostConfig();
        boolean shared = mode instanceof Mode.Container;
        boolean hosts = mode instanceof Mode.Host;
        boolean uts = host.utsMode().equals("host");
        Invalid.when(
                (shared || (hosts && uts)) && !request.hostname().isEmpty(),
                "conflicting options: hostname and the network mode");
        Invalid.when(uts && !request.hostname().isEmpty(), "conflicting options: hostname and the UTS mode");
        Invalid.when(shared && !host.dns().isEmpty(), "conflicting options: dns and the network mode");
        Invalid.when(
                shared && !host.extraHosts().isEmpty(),
                "conflicting options: custom host-to-IP mapping and the network mode");
        Invalid.when(
                (shared || hosts) && !request.macAddress().isEmpty(),
                "conflicting options: mac-address and the network mode");
        Invalid.when(
                shared && (!host.portBindings().isEmpty() || host.publishAllPorts()),
                "conflicting options: port publishing and the container type network mode");
        Invalid.when(
                shared && !request.exposedPorts().isEmpty(),
                "conflicting options: port exposing and the container type network mode");
    }

    private static List<String> matching(Pattern pattern, String field, List<String> values) {
        for (String value : values) {
            if (!pattern.matcher(value).matches()) {
                throw Invalid.value(field, value, "it has characters that are not allowed there");
            }
        }
        return values;
    }

    private static String extraHost(String line) {
        int colon = line.indexOf(':');
        if (colon < 1 || !NAME.matcher(line.substring(0, colon)).matches()) {
            throw Invalid.value("HostConfig.ExtraHosts", line, "bad format for add-host, it is name:address");
        }
        String address = line.substring(colon + 1);
        if (!address.equals("host-gateway")) {
            Addresses.require("HostConfig.ExtraHosts", address.replaceAll("^\\[(.*)]$", "$1"));
        }
        return line.substring(0, colon) + ":" + address.replaceAll("^\\[(.*)]$", "$1");
    }

    private static Optional<String> mac(String container, String endpoint) {
        Invalid.when(
                !container.isEmpty() && !endpoint.isEmpty() && !container.equalsIgnoreCase(endpoint),
                "the container-wide MAC address must match the endpoint-specific MAC address for the main network, or "
                        + "be left empty");
        String mac = endpoint.isEmpty() ? container : endpoint;
        return mac.isEmpty() ? Optional.empty() : Optional.of(Addresses.requireMac(mac));
    }

    /// The kernel's limit is 64 characters.
    static String hostname(String field, String name) {
        if (!name.isEmpty() && (name.length() > 63 || !NAME.matcher(name).matches())) {
            throw Invalid.value("invalid hostname format, " + field, name, "letters, digits, '-' and '.', 63 at most");
        }
        return name;
    }
}
