package io.bulkhead.network;

import io.bulkhead.name.ContainerId;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.util.List;

/// What a running container holds: its address and its host ports.
///
/// @param published with host address and port filled in
record Lease(ContainerId container, Ipv4Address address, MacAddress mac, List<PublishedPort> published) {

    Lease {
        published = List.copyOf(published);
    }

    Lease withPublished(List<PublishedPort> ports) {
        return new Lease(container, address, mac, ports);
    }

    /// The host's end of the container's cable, named after the address so that it is found without a table.
    String device() {
        return String.format("%s%08x", Settings.PORT_PREFIX, address.bits());
    }
}
