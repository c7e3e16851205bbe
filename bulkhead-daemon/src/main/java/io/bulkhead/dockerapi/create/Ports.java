package io.bulkhead.dockerapi.create;

import io.bulkhead.name.Names;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.Protocol;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ports as Docker writes them: `80`, `80/tcp`, `8000-8010/udp`.
final class Ports {

    private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?");
    private static final Comparator<Port> ORDER =
            Comparator.comparingInt(Port::number).thenComparing(Port::protocol);

    private Ports() {}

    static List<Port> parse(String text) {
        Matcher matcher = PORTS.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw Invalid.because("invalid port specification: \"" + Names.shown(text) + "\"");
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        Invalid.when(last < first, "invalid port range: \"" + Names.shown(text) + "\"");
        Invalid.when(last > 65_535, "invalid port: \"" + Names.shown(text) + "\" is past 65535");
        String protocol = matcher.group(3) == null ? "TCP" : matcher.group(3).toUpperCase(Locale.ROOT);
        var ports = new ArrayList<Port>();
        for (int number = first; number <= last; number++) {
            ports.add(new Port(number, Protocol.valueOf(protocol)));
        }
        return ports;
    }

    static Set<Port> parseAll(Collection<String> texts) {
        var ports = new LinkedHashSet<Port>();
        texts.forEach(text -> ports.addAll(parse(text)));
        return ports;
    }

    static List<Port> sorted(Set<Port> ports) {
        return ports.stream().sorted(ORDER).toList();
    }

    /// The bindings, and with `publishAll` one to a free host port for every exposed port that has none.
    static List<PublishedPort> published(
            Map<String, List<HostConfig.PortBinding>> bindings, List<Port> exposed, boolean publishAll) {
        var published = new ArrayList<PublishedPort>();
        bindings.forEach((text, hosts) -> {
            for (HostConfig.PortBinding host : hosts) {
                published.addAll(bind(text, host));
            }
        });
        if (publishAll) {
            Set<Port> bound = new LinkedHashSet<>();
            published.forEach(port -> bound.add(port.port()));
            exposed.stream()
                    .filter(port -> !bound.contains(port))
                    .forEach(port -> published.add(new PublishedPort(port, "", 0)));
        }
        published.sort(Comparator.comparing(PublishedPort::port, ORDER)
                .thenComparing(PublishedPort::hostAddress)
                .thenComparingInt(PublishedPort::hostPort));
        return published;
    }

    private static List<PublishedPort> bind(String text, HostConfig.PortBinding host) {
        List<Port> inside = parse(text);
        String address = host.hostIp().isEmpty() ? "" : Addresses.require("HostIp", host.hostIp());
        if (host.hostPort().isEmpty() || host.hostPort().equals("0")) {
            return inside.stream()
                    .map(port -> new PublishedPort(port, address, 0))
                    .toList();
        }
        if (host.hostPort().contains("/")) {
            throw Invalid.value("HostPort", host.hostPort(), "a host port has no protocol");
        }
        List<Port> outside = parse(host.hostPort());
        if (outside.size() != inside.size()) {
            throw Invalid.value(
                    "HostPort",
                    host.hostPort(),
                    "a range that is not as long as the container's is not supported yet; name one port, or none for "
                            + "any free one");
        }
        var published = new ArrayList<PublishedPort>();
        for (int i = 0; i < inside.size(); i++) {
            published.add(
                    new PublishedPort(inside.get(i), address, outside.get(i).number()));
        }
        return published;
    }
}
