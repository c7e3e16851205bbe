package io.bulkhead.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.kernel.Fd;
import io.bulkhead.name.ContainerId;
import io.bulkhead.network.NetworkException.Reason;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.NetworkSpec.Mode;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.Protocol;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real namespaces, real packets.
class BridgeNetworksTest {

    private static final String GATEWAY = "10.89.0.1";
    private static final String FIRST = "10.89.0.2";

    @TempDir
    Path temp;

    private TestHost world;
    private BridgeNetworks networks;

    @BeforeEach
    void begin() {
        assumeTrue(TestHost.possible(), "needs root, iproute2, nftables and nsenter");
        world = new TestHost();
        networks = open(world.settings());
    }

    @AfterEach
    void end() throws Exception {
        if (world != null) {
            world.close();
        }
    }

    private BridgeNetworks open(Settings settings) {
        return BridgeNetworks.open(temp.resolve("state"), temp.resolve("run"), settings);
    }

    @Test
    void nothingOfTheHostIsTouchedBeforeTheFirstContainer() {
        assertThat(world.rules()).isEmpty();
        assertThat(world.links()).doesNotContain("bulkhead0");
        assertThat(world.ipForward()).isEqualTo("0");
    }

    @Test
    void aContainerReachesOtherHostsWithTheHostsAddress() {
        Fd container = world.namespace();
        world.serveTcp(world.outside, "0.0.0.0", 7000);

        var attachment = networks.attach(world.id(), bridge(), container);

        assertThat(attachment.address()).isEqualTo(FIRST);
        assertThat(attachment.prefixLength()).isEqualTo(16);
        assertThat(attachment.gateway()).isEqualTo(GATEWAY);
        assertThat(attachment.macAddress()).isEqualTo("02:42:0a:59:00:02");
        assertThat(world.ask(container, TestHost.OUTSIDE, 7000)).contains(TestHost.HOST);
    }

    @Test
    void aPublishedPortIsReachedFromEverywhere() {
        Fd server = world.namespace();
        Fd neighbour = world.namespace();
        var attachment = networks.attach(world.id(), publishing(tcp(80, "", 8080)), server);
        networks.attach(world.id(), bridge(), neighbour);
        world.serveTcp(server, "0.0.0.0", 80);

        assertThat(attachment.published()).containsExactly(tcp(80, "0.0.0.0", 8080));
        assertThat(world.ask(world.outside, TestHost.HOST, 8080)).contains(TestHost.OUTSIDE);
        assertThat(world.ask(world.host, "127.0.0.1", 8080)).isPresent();
        assertThat(world.ask(world.host, GATEWAY, 8080)).isPresent();
        assertThat(world.ask(world.host, TestHost.HOST, 8080)).isPresent();
        assertThat(world.ask(neighbour, GATEWAY, 8080)).isPresent();
        assertThat(world.ask(neighbour, TestHost.HOST, 8080)).isPresent();
        assertThat(world.ask(server, GATEWAY, 8080)).isPresent();
    }

    @Test
    void udpIsPublishedToo() {
        Fd server = world.namespace();
        networks.attach(world.id(), publishing(new PublishedPort(new Port(53, Protocol.UDP), "", 5353)), server);
        world.serveUdp(server, 53);

        assertThat(world.askUdp(world.outside, TestHost.HOST, 5353)).contains("udp");
        assertThat(world.askUdp(world.host, "127.0.0.1", 5353)).contains("udp");
    }

    @Test
    void aPortPublishedOnLoopbackIsForTheHostOnly() {
        Fd server = world.namespace();
        Fd neighbour = world.namespace();
        networks.attach(world.id(), publishing(tcp(80, "127.0.0.1", 8080)), server);
        networks.attach(world.id(), bridge(), neighbour);
        world.serveTcp(server, "0.0.0.0", 80);

        assertThat(world.ask(world.host, "127.0.0.1", 8080)).isPresent();
        assertThat(world.ask(world.outside, TestHost.HOST, 8080)).isEmpty();
        assertThat(world.ask(neighbour, GATEWAY, 8080)).isEmpty();
    }

    @Test
    void containersOfTheBridgeReachEachOther() {
        Fd one = world.namespace();
        Fd other = world.namespace();
        networks.attach(world.id(), bridge(), one);
        networks.attach(world.id(), bridge(), other);
        world.serveTcp(one, "0.0.0.0", 80);

        assertThat(world.ask(other, FIRST, 80)).contains("10.89.0.3");
    }

    @Test
    void aPortThatIsNotPublishedIsNotReachedFromOutsideEvenWithARoute() {
        Fd container = world.namespace();
        networks.attach(world.id(), publishing(tcp(80, "", 8080)), container);
        world.serveTcp(container, "0.0.0.0", 80);
        world.serveTcp(container, "0.0.0.0", 81);
        world.run(world.outside, "ip", "route", "add", "10.89.0.0/16", "via", TestHost.HOST);

        assertThat(world.ask(world.outside, FIRST, 80)).isEmpty();
        assertThat(world.ask(world.outside, FIRST, 81)).isEmpty();
        assertThat(world.ask(world.outside, TestHost.HOST, 8080)).isPresent();
    }

    /// CVE-2020-8558: `route_localnet` would otherwise open the host's loopback to the containers.
    @Test
    void aContainerDoesNotReachTheHostsLoopback() {
        Fd container = world.namespace();
        networks.attach(world.id(), bridge(), container);
        world.serveTcp(world.host, "127.0.0.1", 9000);
        new HostNetwork(Optional.of(container)).setSysctl("ipv4/conf/eth0/route_localnet", "1");
        world.run(container, "ip", "address", "del", "127.0.0.1/8", "dev", "lo");
        world.run(container, "ip", "route", "add", "127.0.0.1/32", "via", GATEWAY, "src", FIRST);

        assertThat(world.ask(world.host, "127.0.0.1", 9000)).isPresent();
        assertThat(world.ask(container, FIRST, "127.0.0.1", 9000)).isEmpty();
        // the attack itself works: without the rules it gets through
        world.run(world.host, "nft", "flush", "ruleset");
        assertThat(world.ask(container, FIRST, "127.0.0.1", 9000)).isPresent();
    }

    @Test
    void aContainerSpeaksOnlyAsItself() {
        Fd container = world.namespace();
        networks.attach(world.id(), bridge(), container);
        world.serveTcp(world.host, GATEWAY, 9000);
        world.run(container, "ip", "address", "add", "10.89.0.77/16", "dev", "eth0");

        assertThat(world.ask(container, FIRST, GATEWAY, 9000)).contains(FIRST);
        assertThat(world.ask(container, "10.89.0.77", GATEWAY, 9000)).isEmpty();
        world.run(container, "ip", "link", "set", "eth0", "address", "02:42:0a:59:00:77");
        assertThat(world.ask(container, FIRST, GATEWAY, 9000)).isEmpty();
    }

    /// A neighbour that claims the gateway's address by ARP would read and change everybody's traffic.
    @Test
    void aContainerDoesNotAnswerForAnothersAddress() {
        Fd server = world.namespace();
        Fd thief = world.namespace();
        Fd client = world.namespace();
        networks.attach(world.id(), bridge(), server);
        networks.attach(world.id(), bridge(), thief);
        networks.attach(world.id(), bridge(), client);
        world.run(thief, "ip", "address", "add", FIRST + "/32", "dev", "eth0");
        world.run(server, "ip", "link", "set", "eth0", "down");
        world.serveTcp(thief, FIRST, 80);

        assertThat(world.ask(client, FIRST, 80)).isEmpty();
    }

    @Test
    void detachLeavesNothingOfTheContainer() {
        Fd container = world.namespace();
        ContainerId id = world.id();
        networks.attach(id, publishing(tcp(80, "", 8080), tcp(80, "127.0.0.1", 8081)), container);
        assertThat(world.rules()).contains(id.value()).contains("8080").contains("8081");
        assertThat(world.links()).contains("bhd0a590002");

        networks.detach(id);

        assertThat(world.rules())
                .doesNotContain(id.value())
                .doesNotContain("8080")
                .doesNotContain(FIRST);
        assertThat(world.links()).doesNotContain("bhd");
        assertThat(temp.resolve("run/leases")).isEmptyDirectory();
        assertThat(world.run(container, "ip", "-brief", "link")).doesNotContain("eth0");
        networks.detach(id);
        networks.detach(world.id());
    }

    @Test
    void detachWorksWhenTheNamespaceIsGone() {
        Fd container = world.namespace();
        ContainerId id = world.id();
        networks.attach(id, publishing(tcp(80, "", 8080)), container);
        container.close();

        networks.detach(id);

        assertThat(world.rules()).doesNotContain(id.value());
        assertThat(world.links()).doesNotContain("bhd");
    }

    @Test
    void theSweepAfterACrashRemovesWhatBelongsToNoContainer() {
        Fd livingNetwork = world.namespace();
        ContainerId living = world.id();
        ContainerId dead = world.id();
        networks.attach(living, publishing(tcp(80, "", 8080)), livingNetwork);
        networks.attach(dead, publishing(tcp(80, "", 8081)), world.namespace());
        world.run(world.host, "ip", "link", "add", "bhd0a590063", "type", "veth");
        world.serveTcp(livingNetwork, "0.0.0.0", 80);

        var restarted = open(world.settings());
        restarted.sweep(List.of(living));

        assertThat(world.rules()).contains(living.value()).doesNotContain(dead.value());
        assertThat(world.links()).contains("bhd0a590002").doesNotContain("bhd0a590003", "bhd0a590063");
        assertThat(world.ask(world.outside, TestHost.HOST, 8080)).isPresent();
        assertThatThrownBy(() -> restarted.attach(world.id(), publishing(tcp(80, "", 8080)), world.namespace()))
                .hasMessage("Bind for 0.0.0.0:8080 failed: port is already allocated");
        assertThat(restarted.attach(world.id(), bridge(), world.namespace()).address())
                .isNotEqualTo(FIRST);
    }

    @Test
    void theSweepWithNoContainerLeavesTheHostAsItWas() {
        networks.attach(world.id(), publishing(tcp(80, "", 8080)), world.namespace());
        assertThat(world.ipForward()).isEqualTo("1");

        open(world.settings()).sweep(List.of());

        assertThat(world.rules()).isEmpty();
        assertThat(world.links()).doesNotContain("bulkhead0", "bhd");
        assertThat(world.ipForward()).isEqualTo("0");
    }

    @Test
    void closingKeepsTheNetworkOfRunningContainers() {
        Fd container = world.namespace();
        ContainerId id = world.id();
        networks.attach(id, publishing(tcp(80, "", 8080)), container);
        world.serveTcp(container, "0.0.0.0", 80);

        networks.close();
        assertThat(world.ask(world.outside, TestHost.HOST, 8080)).isPresent();
        networks.detach(id);
        networks.close();

        assertThat(world.rules()).isEmpty();
        assertThat(world.ipForward()).isEqualTo("0");
    }

    @Test
    void aHostThatForwardedBeforeGoesOnForwarding() {
        new HostNetwork(Optional.of(world.host)).setSysctl("ipv4/ip_forward", "1");
        ContainerId id = world.id();

        networks.attach(id, bridge(), world.namespace());

        assertThat(world.rules()).doesNotContain("forwarding is on for containers only");
        networks.detach(id);
        networks.close();
        assertThat(world.ipForward()).isEqualTo("1");
    }

    @Test
    void aHostThatDidNotForwardStillForwardsForNobodyElse() {
        Fd stranger = world.namespace();
        world.run(
                world.host,
                "ip",
                "link",
                "add",
                "other",
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                stranger.path());
        world.run(world.host, "ip", "address", "add", "198.51.100.1/24", "dev", "other");
        world.run(world.host, "ip", "link", "set", "other", "up");
        world.run(stranger, "ip", "address", "add", "198.51.100.2/24", "dev", "eth0");
        world.run(stranger, "ip", "link", "set", "eth0", "up");
        world.run(stranger, "ip", "route", "add", "default", "via", "198.51.100.1");
        world.run(world.outside, "ip", "route", "add", "198.51.100.0/24", "via", TestHost.HOST);
        world.serveTcp(world.outside, "0.0.0.0", 7000);

        networks.attach(world.id(), bridge(), world.namespace());

        assertThat(world.ask(stranger, "198.51.100.1", 1)).isEmpty();
        assertThat(world.ask(stranger, TestHost.OUTSIDE, 7000)).isEmpty();
    }

    /// CVE-2025-54410: a reload of the host's firewall took the isolation away and nobody put it back.
    @Test
    void flushedRulesAreMadeAnewByTheNextContainerAndByTheSweep() {
        Fd first = world.namespace();
        ContainerId firstId = world.id();
        networks.attach(firstId, publishing(tcp(80, "", 8080)), first);
        world.serveTcp(first, "0.0.0.0", 80);

        world.run(world.host, "nft", "flush", "ruleset");
        assertThat(world.ask(world.outside, TestHost.HOST, 8080)).isEmpty();
        ContainerId second = world.id();
        networks.attach(second, bridge(), world.namespace());
        assertThat(world.ask(world.outside, TestHost.HOST, 8080)).isPresent();

        world.run(world.host, "nft", "flush", "ruleset");
        networks.sweep(List.of(firstId, second));
        assertThat(world.ask(world.outside, TestHost.HOST, 8080)).isPresent();

        world.run(world.host, "nft", "flush", "ruleset");
        networks.detach(second);
        assertThat(world.rules()).contains(firstId.value()).doesNotContain(second.value());
    }

    @Test
    void aRemovedBridgeIsMadeAnew() {
        networks.attach(world.id(), bridge(), world.namespace());
        world.run(world.host, "ip", "link", "delete", "bulkhead0");
        world.serveTcp(world.outside, "0.0.0.0", 7000);
        Fd container = world.namespace();

        networks.attach(world.id(), bridge(), container);

        assertThat(world.ask(container, TestHost.OUTSIDE, 7000)).isPresent();
    }

    @Test
    void fiftyContainersAtOnceGetFiftyAddressesAndPorts() throws Exception {
        var ids = new ArrayList<ContainerId>();
        var spaces = new ArrayList<Fd>();
        for (int i = 0; i < 50; i++) {
            ids.add(world.id());
            spaces.add(world.namespace());
        }

        var results = new ArrayList<Future<Attachment>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                ContainerId id = ids.get(i);
                Fd space = spaces.get(i);
                results.add(threads.submit(() -> networks.attach(id, publishing(tcp(80, "", 0)), space)));
            }
        }

        var addresses = new HashSet<String>();
        var ports = new HashSet<Integer>();
        for (Future<Attachment> result : results) {
            addresses.add(result.get().address());
            ports.add(result.get().published().getFirst().hostPort());
        }
        assertThat(addresses).hasSize(50);
        assertThat(ports).hasSize(50);
        assertThat(world.rules()).contains(ids.stream().map(ContainerId::value).toList());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ids.forEach(id -> threads.execute(() -> networks.detach(id)));
        }
        assertThat(world.rules()).doesNotContain("bhd0a59");
        assertThat(world.links()).doesNotContain("bhd");
    }

    @Test
    void aSubnetThatIsFullSaysSoAndGoesOnWhenAnAddressIsGivenBack() {
        var small = open(world.settings("10.77.0.8/29"));
        var ids = new ArrayList<ContainerId>();
        for (int i = 0; i < 5; i++) {
            ids.add(world.id());
            small.attach(ids.getLast(), bridge(), world.namespace());
        }

        assertThatThrownBy(() -> small.attach(world.id(), bridge(), world.namespace()))
                .isInstanceOf(NetworkException.class)
                .hasMessage("no free address is left in 10.77.0.8/29")
                .extracting(e -> ((NetworkException) e).reason())
                .isEqualTo(Reason.EXHAUSTED);
        small.detach(ids.get(2));
        assertThat(small.attach(world.id(), bridge(), world.namespace()).address())
                .isEqualTo("10.77.0.12");
    }

    @Test
    void aPortOfAnotherContainerOrOfAHostProcessIsTaken() {
        networks.attach(world.id(), publishing(tcp(80, "", 8080)), world.namespace());
        world.serveTcp(world.host, "127.0.0.1", 9000);
        ContainerId id = world.id();

        for (PublishedPort clash : List.of(tcp(80, "", 8080), tcp(80, "127.0.0.1", 8080), tcp(80, "", 9000))) {
            String address = clash.hostAddress().isEmpty() ? "0.0.0.0" : clash.hostAddress();
            assertThatThrownBy(() -> networks.attach(id, publishing(tcp(81, "", 8181), clash), world.namespace()))
                    .isInstanceOf(NetworkException.class)
                    .hasMessage("Bind for " + address + ":" + clash.hostPort() + " failed: port is already allocated")
                    .extracting(e -> ((NetworkException) e).reason())
                    .isEqualTo(Reason.PORT_TAKEN);
        }
        assertThat(world.rules()).doesNotContain("8181");
        networks.attach(id, publishing(tcp(81, "", 8181)), world.namespace());
        networks.attach(
                world.id(), publishing(new PublishedPort(new Port(80, Protocol.UDP), "", 8080)), world.namespace());
    }

    @Test
    void allExposedPortsArePublishedOnRequest() {
        var exposed = List.of(new Port(80, Protocol.TCP), new Port(53, Protocol.UDP), new Port(90, Protocol.SCTP));
        var spec = spec(new Mode.Bridge("bridge"), exposed, List.of(tcp(80, "", 8080)), true, null, null);

        var attachment = networks.attach(world.id(), spec, world.namespace());

        assertThat(attachment.published().stream().map(PublishedPort::port)).containsExactlyElementsOf(exposed);
        assertThat(attachment.published().stream().skip(1).map(PublishedPort::hostPort))
                .allMatch(port -> port >= 32_768 && port <= 60_999);
        assertThat(world.rules()).contains("udp . ").contains("sctp . ");
    }

    @Test
    void anAddressAndAMacAddressMayBeAskedFor() {
        world.serveTcp(world.outside, "0.0.0.0", 7000);
        Fd container = world.namespace();

        var attachment = networks.attach(world.id(), spec("10.89.7.7", "02:00:00:00:00:07"), container);

        assertThat(attachment.address()).isEqualTo("10.89.7.7");
        assertThat(attachment.macAddress()).isEqualTo("02:00:00:00:00:07");
        assertThat(world.ask(container, TestHost.OUTSIDE, 7000)).isPresent();
        refused(spec("10.89.7.7", null), Reason.INVALID, "address 10.89.7.7 is already in use");
        refused(spec(GATEWAY, null), Reason.INVALID, "address 10.89.0.1 is already in use");
        refused(
                spec("10.90.0.7", null),
                Reason.INVALID,
                "address 10.90.0.7 is outside the network's subnet 10.89.0.0/16");
        refused(spec("10.89.0.7\n", null), Reason.INVALID, "`10.89.0.7\\u000a` is not an IPv4 address");
        refused(
                spec(null, "02:00:00:00:00:07"),
                Reason.INVALID,
                "MAC address 02:00:00:00:00:07 is that of another address of this network");
        refused(
                spec(null, "02:42:0a:59:00:01"),
                Reason.INVALID,
                "MAC address 02:42:0a:59:00:01 is that of another address of this network");
    }

    @Test
    void whatCannotBePublishedIsRefused() {
        refused(
                publishing(tcp(80, "::", 8080)),
                Reason.INVALID,
                "cannot publish: `::` is not an IPv4 address: containers have IPv4 addresses only; publish on an IPv4"
                        + " address, or on none for all of them");
        refused(
                publishing(tcp(80, "203.0.113.9", 8080)),
                Reason.INVALID,
                "the host has no address 203.0.113.9 to publish on");
        refused(
                spec(new Mode.Bridge("nosuch"), List.of(), List.of(), false, null, null),
                Reason.NOT_FOUND,
                "network nosuch not found");
        assertThat(world.rules()).isEmpty();
    }

    @Test
    void theNetworkNoneIsLoopbackOnly() {
        Fd container = world.namespace();

        var attachment = networks.attach(world.id(), NetworkSpec.of(new Mode.None()), container);

        assertThat(attachment.network()).isEqualTo("none");
        assertThat(attachment.address()).isEmpty();
        assertThat(world.run(container, "ip", "-brief", "link")).contains("lo").contains("UP");
        assertThat(world.links()).doesNotContain("bulkhead0");
    }

    @Test
    void thePredefinedNetworksKeepTheirIdsAndAreFoundByNameAndId() {
        var again = open(world.settings());

        assertThat(again.all()).isEqualTo(networks.all());
        assertThat(again.all()).extracting(Network::name).containsExactly("bridge", "host", "none");
        Network bridge = again.all().getFirst();
        assertThat(again.find("default")).contains(bridge);
        assertThat(again.find(bridge.id())).contains(bridge);
        assertThat(again.find(bridge.id().substring(0, 12))).contains(bridge);
        assertThat(again.find("")).isEmpty();
        assertThat(again.find("nosuch")).isEmpty();
    }

    @Test
    void aSubnetTheHostHasARouteIntoIsNotChosen() {
        world.run(world.host, "ip", "route", "add", "10.89.4.0/24", "via", TestHost.OUTSIDE);

        assertThat(open(world.settings()).all().getFirst().subnet()).isEqualTo("10.90.0.0/16");
    }

    @Test
    void aDamagedLeaseIsReportedAndNotGuessedAt() throws Exception {
        Files.writeString(temp.resolve("run/leases").resolve(world.id() + ".json"), "{\"address\":");

        assertThatThrownBy(() -> open(world.settings()))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("cannot be read: stop its container, then remove the file");
    }

    private void refused(NetworkSpec spec, Reason reason, String message) {
        assertThatThrownBy(() -> networks.attach(world.id(), spec, world.namespace()))
                .isInstanceOf(NetworkException.class)
                .hasMessage(message)
                .extracting(e -> ((NetworkException) e).reason())
                .isEqualTo(reason);
    }

    private static PublishedPort tcp(int port, String hostAddress, int hostPort) {
        return new PublishedPort(new Port(port, Protocol.TCP), hostAddress, hostPort);
    }

    private static NetworkSpec bridge() {
        return NetworkSpec.of(new Mode.Bridge("bridge"));
    }

    private static NetworkSpec publishing(PublishedPort... ports) {
        return spec(new Mode.Bridge("bridge"), List.of(), List.of(ports), false, null, null);
    }

    private static NetworkSpec spec(
            @org.jspecify.annotations.Nullable String ip, @org.jspecify.annotations.Nullable String mac) {
        return spec(new Mode.Bridge("bridge"), List.of(), List.of(), false, ip, mac);
    }

    private static NetworkSpec spec(
            Mode mode,
            List<Port> exposed,
            List<PublishedPort> published,
            boolean all,
            @org.jspecify.annotations.Nullable String ip,
            @org.jspecify.annotations.Nullable String mac) {
        return new NetworkSpec(
                mode,
                exposed,
                published,
                all,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.ofNullable(mac),
                Optional.ofNullable(ip),
                List.of());
    }
}
