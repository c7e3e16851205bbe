package io.bulkhead.network;

import io.bulkhead.network.NetworkException.Reason;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Which subnet the bridge gets when nobody chose one. 10.88.0.0/16 and 172.17.0.0/16 are those of Podman and Docker.
final class Subnets {

    private static final List<Subnet> CANDIDATES = Stream.concat(
                    IntStream.rangeClosed(89, 99).mapToObj(second -> "10." + second + ".0.0/16"),
                    Stream.of("172.30.0.0/16", "172.31.0.0/16", "192.168.224.0/20", "192.168.240.0/20"))
            .map(Subnet::parse)
            .toList();

    private Subnets() {}

    static boolean isFree(Subnet subnet, HostNetwork host, Settings settings) {
        return host.routes(settings.bridge()).stream().noneMatch(subnet::overlaps);
    }

    /// @throws NetworkException if the host has a route into each
    static Subnet firstFree(HostNetwork host, Settings settings) {
        return CANDIDATES.stream()
                .filter(subnet -> isFree(subnet, host, settings))
                .findFirst()
                .orElseThrow(() -> new NetworkException(
                        Reason.INVALID,
                        "the host has routes into every subnet that would be chosen for containers: set one in the"
                                + " configuration"));
    }
}
