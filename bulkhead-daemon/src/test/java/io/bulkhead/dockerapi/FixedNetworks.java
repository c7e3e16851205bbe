package io.bulkhead.dockerapi;

import io.bulkhead.kernel.Fd;
import io.bulkhead.name.ContainerId;
import io.bulkhead.network.Attachment;
import io.bulkhead.network.Network;
import io.bulkhead.network.Networks;
import io.bulkhead.spec.NetworkSpec;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The three networks every engine has, without any plumbing.
final class FixedNetworks implements Networks {

    private static Network network(String name, String driver, String subnet, String gateway, String bridge) {
        String id = name.substring(0, 1).repeat(64);
        return new Network(id, name, driver, Instant.EPOCH, subnet, gateway, bridge, false, Map.of());
    }

    @Override
    public List<Network> all() {
        return List.of(
                network("bridge", "bridge", "10.88.0.0/16", "10.88.0.1", "bulkhead0"),
                network("host", "host", "", "", ""),
                network("none", "null", "", "", ""));
    }

    @Override
    public Optional<Network> find(String nameOrId) {
        return all().stream()
                .filter(n -> n.name().equals(nameOrId) || n.id().startsWith(nameOrId))
                .findFirst();
    }

    @Override
    public Attachment attach(ContainerId container, NetworkSpec spec, Fd networkNamespace) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void detach(ContainerId container) {}

    @Override
    public void sweep(Collection<ContainerId> alive) {}
}
