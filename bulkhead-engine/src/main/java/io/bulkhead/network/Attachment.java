package io.bulkhead.network;

import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.util.List;

/// A container's place in a network while it runs.
///
/// @param published with the host ports really taken
public record Attachment(
        String network,
        String networkId,
        String endpointId,
        String address,
        int prefixLength,
        String gateway,
        String macAddress,
        List<PublishedPort> published) {

    public Attachment {
        published = List.copyOf(published);
    }
}
