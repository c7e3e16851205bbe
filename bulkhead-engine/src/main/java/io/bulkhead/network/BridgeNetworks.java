package io.bulkhead.network;

import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.Namespaces;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.Names;
import io.bulkhead.network.NetworkException.Reason;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.NetworkSpec.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The predefined networks: `bridge`, `host` and `none`.
///
/// Nothing of the host is touched before the first container is attached to the bridge. Closing leaves running
/// containers their network; if there is none, it leaves the host as it was.
public final class BridgeNetworks implements Networks, AutoCloseable {

    private static final String BRIDGE = "bridge";
    private static final String HOST = "host";
    private static final String NONE = "none";
    /// Docker's other word for the network a container gets that asks for none.
    private static final String DEFAULT = "default";

    private final List<Network> networks;
    private final Subnet subnet;
    private final BridgeNetwork bridge;

    private BridgeNetworks(List<Network> networks, Subnet subnet, BridgeNetwork bridge) {
        this.networks = networks;
        this.subnet = subnet;
        this.bridge = bridge;
    }

    /// @param stateDirectory for what outlives the machine's restart
    /// @param runDirectory for what does not
    public static BridgeNetworks open(Path stateDirectory, Path runDirectory, Settings settings) {
        try {
            Files.createDirectories(stateDirectory);
            Files.createDirectories(runDirectory);
            var host = new HostNetwork(settings.hostNetwork());
            var files = LeaseFiles.in(runDirectory.resolve("leases"));
            List<Lease> held = files.readAll();
            NetworkFile identity = identity(stateDirectory, settings, host, held.isEmpty());
            var subnet = Subnet.parse(identity.subnet());
            var leases = new Leases(subnet);
            var ports = new HostPorts(host);
            held.forEach(leases::restore);
            held.forEach(ports::restore);
            var programs = new Programs(settings.hostNetwork());
            var forwarding = new Forwarding(host, runDirectory);
            var ruleset = new Ruleset(
                    programs,
                    new Rules(settings.bridge(), subnet),
                    settings.hostNetwork(),
                    leases::lasting,
                    forwarding::switchedByUs);
            var cables = new Cables(programs, host, settings, subnet);
            var bridge = new BridgeNetwork(leases, files, ports, cables, ruleset, forwarding);
            return new BridgeNetworks(networks(identity, subnet, settings), subnet, bridge);
        } catch (IOException failure) {
            throw new NetworkException(
                    Reason.PLUMBING, "the networks cannot be opened: " + Names.shown(failure.toString()), failure);
        }
    }

    private static NetworkFile identity(Path directory, Settings settings, HostNetwork host, boolean unused)
            throws IOException {
        var before = NetworkFile.exists(directory)
                ? Optional.of(NetworkFile.read(directory))
                : Optional.<NetworkFile>empty();
        var kept = before.map(file -> Subnet.parse(file.subnet()));
        Subnet subnet = settings.subnet()
                .map(Subnet::parse)
                .or(() -> unused ? kept.filter(old -> Subnets.isFree(old, host, settings)) : kept)
                .orElseGet(() -> Subnets.firstFree(host, settings));
        NetworkFile now = before.map(file -> file.withSubnet(subnet))
                .orElseGet(() -> NetworkFile.fresh(subnet, Clock.systemUTC()));
        if (!Optional.of(now).equals(before)) {
            now.write(directory);
        }
        return now;
    }

    private static List<Network> networks(NetworkFile identity, Subnet subnet, Settings settings) {
        var created = Instant.parse(identity.created());
        return List.of(
                new Network(
                        identity.bridgeId(),
                        BRIDGE,
                        "bridge",
                        created,
                        subnet.toString(),
                        subnet.gateway().toString(),
                        settings.bridge(),
                        false,
                        Map.of()),
                new Network(identity.hostId(), HOST, "host", created, "", "", "", false, Map.of()),
                new Network(identity.noneId(), NONE, "null", created, "", "", "", false, Map.of()));
    }

    @Override
    public List<Network> all() {
        return networks;
    }

    @Override
    public Optional<Network> find(String nameOrId) {
        String name = nameOrId.equals(DEFAULT) ? BRIDGE : nameOrId;
        var exact = networks.stream()
                .filter(network -> network.name().equals(name) || network.id().equals(name))
                .findFirst();
        if (exact.isPresent() || name.isEmpty()) {
            return exact;
        }
        var begun = networks.stream()
                .filter(network -> network.id().startsWith(name))
                .toList();
        return begun.size() == 1 ? Optional.of(begun.getFirst()) : Optional.empty();
    }

    @Override
    public Attachment attach(ContainerId container, NetworkSpec spec, Fd networkNamespace) {
        return switch (spec.mode()) {
            case Mode.Bridge(var name) -> attachToBridge(container, spec, named(name), networkNamespace);
            case Mode.None() -> {
                Namespaces.setLoopbackUp(networkNamespace);
                yield unconnected(named(NONE));
            }
            case Mode.Host _, Mode.Container _ ->
                throw new NetworkException(
                        Reason.INVALID,
                        "network mode " + spec.mode().spelling()
                                + " uses a network that is there already: there is nothing to attach");
        };
    }

    private Network named(String name) {
        return find(name)
                .orElseThrow(
                        () -> new NetworkException(Reason.NOT_FOUND, "network " + Names.shown(name) + " not found"));
    }

    private Attachment attachToBridge(ContainerId container, NetworkSpec spec, Network network, Fd namespace) {
        if (!network.name().equals(BRIDGE)) {
            throw new NetworkException(Reason.INVALID, "network " + network.name() + " is not a bridge");
        }
        Lease lease = bridge.attach(container, spec, namespace);
        return new Attachment(
                network.name(),
                network.id(),
                endpointId(),
                lease.address().toString(),
                subnet.prefixLength(),
                network.gateway(),
                lease.mac().text(),
                lease.published());
    }

    private static Attachment unconnected(Network network) {
        return new Attachment(network.name(), network.id(), endpointId(), "", 0, "", "", List.of());
    }

    private static String endpointId() {
        return ContainerId.random(new SecureRandom()).value();
    }

    @Override
    public void detach(ContainerId container) {
        bridge.detach(container);
    }

    @Override
    public void sweep(Collection<ContainerId> alive) {
        bridge.sweep(alive);
    }

    @Override
    public void close() {
        bridge.tearDownIfUnused();
    }
}
