package io.bulkhead.network;

import io.bulkhead.kernel.Fd;

/// The devices: the bridge, and for each container a pair whose one end is a port of the bridge and whose other end is
/// the container's `eth0`.
final class Cables {

    private final Programs programs;
    private final HostNetwork host;
    private final Settings settings;
    private final Subnet subnet;

    Cables(Programs programs, HostNetwork host, Settings settings, Subnet subnet) {
        this.programs = programs;
        this.host = host;
        this.settings = settings;
        this.subnet = subnet;
    }

    /// Its hardware address is fixed: by default a bridge takes that of one of its ports, and changes it with them.
    void makeBridge() {
        String bridge = settings.bridge();
        if (!bridgeIsThere()) {
            programs.ip("link add name " + bridge + " mtu " + settings.mtu() + " address "
                    + MacAddress.of(subnet.gateway()) + " type bridge\n");
        }
        // Containers have no IPv6 address, so the bridge needs none either: it would be a way around the IPv4 rules.
        String ipv6 = "ipv6/conf/" + bridge + "/disable_ipv6";
        if (host.hasSysctl(ipv6)) {
            host.setSysctl(ipv6, "1");
        }
        programs.ip("address replace " + inSubnet(subnet.gateway()) + " dev " + bridge + "\n" + "link set dev " + bridge
                + " up\n");
        host.setSysctl("ipv4/conf/" + bridge + "/rp_filter", "1");
    }

    /// Lets answers to clients on 127.0.0.1 come back over the bridge. Only to be done once the rules are there that
    /// keep
    /// containers from reaching 127.0.0.1 by this.
    void allowLoopbackClients() {
        host.setSysctl("ipv4/conf/" + settings.bridge() + "/route_localnet", "1");
    }

    boolean bridgeIsThere() {
        return host.devices().contains(settings.bridge());
    }

    void removeBridge() {
        remove(settings.bridge());
    }

    /// Where the kernel shows bridged frames to the IP rules too (`bridge-nf-call-iptables`), a container that calls
    /// its
    /// own published port gets the frame back through the port it came from: that is what hairpin is for.
    void connect(Lease lease, Fd network) {
        String device = lease.device();
        programs.ip("link add dev " + device + " mtu " + settings.mtu() + " master " + settings.bridge()
                + " up type veth peer name eth0 mtu " + settings.mtu() + " address " + lease.mac() + " netns "
                + network.path() + "\n"
                + "link set dev " + device + " type bridge_slave hairpin on\n");
        programs.ip(
                network,
                "link set dev lo up\n"
                        + "address add " + inSubnet(lease.address()) + " dev eth0\n"
                        + "link set dev eth0 up\n"
                        + "route add default via " + subnet.gateway() + "\n");
    }

    /// The device is gone already if the container's namespace is.
    void disconnect(Lease lease) {
        remove(lease.device());
    }

    /// Removes the ports that belong to none of `leases`.
    void removeOthers(Iterable<Lease> leases) {
        var others = host.devices();
        others.removeIf(device -> !device.startsWith(Settings.PORT_PREFIX));
        leases.forEach(lease -> others.remove(lease.device()));
        others.forEach(this::remove);
    }

    private void remove(String device) {
        if (!host.devices().contains(device)) {
            return;
        }
        try {
            programs.ip("link delete dev " + device + "\n");
        } catch (NetworkException failure) {
            if (host.devices().contains(device)) {
                throw failure;
            }
        }
    }

    private String inSubnet(Ipv4Address address) {
        return address + "/" + subnet.prefixLength() + " broadcast " + subnet.broadcast();
    }
}
