package io.bulkhead.network;

import io.bulkhead.name.ContainerId;
import io.bulkhead.network.NetworkException.Reason;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.Protocol;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which container has which port of the host. A port is claimed here first and then tried on the host, so that two
/// containers never try the same one.
///
/// `this` guards the claims; ports are tried outside the lock.
final class HostPorts {

    /// What Linux itself gives to programs that do not care (`ip_local_port_range`).
    private static final int FIRST_CHOSEN = 32_768;

    private static final int LAST_CHOSEN = 60_999;

    private record Place(Protocol protocol, int port) {}

    private final HostNetwork host;
    private final Map<Place, Map<Ipv4Address, ContainerId>> claims = new HashMap<>();
    private int next = FIRST_CHOSEN;

    HostPorts(HostNetwork host) {
        this.host = host;
    }

    /// Takes over the ports of a lease that was made earlier.
    synchronized void restore(Lease lease) {
        for (PublishedPort port : lease.published()) {
            boolean _ = claim(lease.container(), place(port), Ipv4Address.parse(port.hostAddress()));
        }
    }

    /// Claims all of `wanted`, or none and fails.
    /// @return with the addresses and ports filled in
    List<PublishedPort> take(ContainerId container, List<PublishedPort> wanted) {
        var taken = new ArrayList<PublishedPort>();
        try {
            for (PublishedPort port : wanted) {
                taken.add(take(container, port));
            }
        } catch (NetworkException failure) {
            giveBack(container, taken);
            throw failure;
        }
        return taken;
    }

    synchronized void giveBack(ContainerId container, List<PublishedPort> ports) {
        for (PublishedPort port : ports) {
            var place = place(port);
            var at = claims.get(place);
            if (at != null && at.remove(Ipv4Address.parse(port.hostAddress()), container) && at.isEmpty()) {
                claims.remove(place);
            }
        }
    }

    private PublishedPort take(ContainerId container, PublishedPort wanted) {
        Ipv4Address address = address(wanted.hostAddress());
        if (!host.has(address)) {
            throw new NetworkException(Reason.INVALID, "the host has no address " + address + " to publish on");
        }
        int port = wanted.hostPort() == 0
                ? choose(container, wanted.port(), address)
                : claimGiven(container, wanted, address);
        return new PublishedPort(wanted.port(), address.toString(), port);
    }

    /// Containers have IPv4 addresses only, so a port cannot be published on an IPv6 address. It is refused rather than
    /// left out: whoever asks for it relies on it.
    private static Ipv4Address address(String text) {
        if (text.isEmpty()) {
            return Ipv4Address.ANY;
        }
        try {
            return Ipv4Address.parse(text);
        } catch (IllegalArgumentException notV4) {
            String rule = text.contains(":")
                    ? ": containers have IPv4 addresses only; publish on an IPv4 address, or on none for all of them"
                    : "";
            throw new NetworkException(Reason.INVALID, "cannot publish: " + notV4.getMessage() + rule, notV4);
        }
    }

    private int claimGiven(ContainerId container, PublishedPort wanted, Ipv4Address address) {
        var place = new Place(wanted.port().protocol(), wanted.hostPort());
        if (!claim(container, place, address)) {
            throw taken(address, place.port());
        }
        if (!host.canBind(place.protocol(), address, place.port())) {
            giveBack(container, List.of(new PublishedPort(wanted.port(), address.toString(), place.port())));
            throw taken(address, place.port());
        }
        return place.port();
    }

    private int choose(ContainerId container, Port port, Ipv4Address address) {
        for (int tries = FIRST_CHOSEN; tries <= LAST_CHOSEN; tries++) {
            int chosen = claimNext(container, port.protocol(), address);
            if (chosen != 0) {
                if (host.canBind(port.protocol(), address, chosen)) {
                    return chosen;
                }
                giveBack(container, List.of(new PublishedPort(port, address.toString(), chosen)));
            }
        }
        throw new NetworkException(
                Reason.PORT_TAKEN,
                "all ports of " + address + " from " + FIRST_CHOSEN + " to " + LAST_CHOSEN + " are taken");
    }

    /// @return 0 if the next port in turn is somebody's
    private synchronized int claimNext(ContainerId container, Protocol protocol, Ipv4Address address) {
        int candidate = next;
        next = next == LAST_CHOSEN ? FIRST_CHOSEN : next + 1;
        return claim(container, new Place(protocol, candidate), address) ? candidate : 0;
    }

    private synchronized boolean claim(ContainerId container, Place place, Ipv4Address address) {
        var at = claims.computeIfAbsent(place, _ -> new HashMap<>());
        boolean clashes =
                at.containsKey(address) || at.containsKey(Ipv4Address.ANY) || (address.isAny() && !at.isEmpty());
        if (!clashes) {
            at.put(address, container);
        }
        return !clashes;
    }

    private static Place place(PublishedPort port) {
        return new Place(port.port().protocol(), port.hostPort());
    }

    /// Docker's words: its clients' users search for them.
    private static NetworkException taken(Ipv4Address address, int port) {
        return new NetworkException(
                Reason.PORT_TAKEN, "Bind for " + address + ":" + port + " failed: port is already allocated");
    }
}
