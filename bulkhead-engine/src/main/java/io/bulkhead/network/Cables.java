package io.bulkhead.network;

import io.bulkhead.kernel.Ethernet;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.network.NetworkException.Reason;

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
        var cable = new Ethernet.Cable(
                settings.bridge(), lease.device(), lease.mac().bytes(), settings.mtu());
        var address = new Ethernet.Address(
                lease.address().inetAddress(),
                subnet.prefixLength(),
                subnet.broadcast().inetAddress(),
                subnet.gateway().inetAddress());
        plumbed(() -> {
            Ethernet.connect(settings.hostNetwork(), cable, network);
            Ethernet.configure(network, address);
        });
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
        plumbed(() -> {
            boolean _ = Ethernet.delete(settings.hostNetwork(), device);
        });
    }

    private static void plumbed(Runnable step) {
        try {
            step.run();
        } catch (KernelException failure) {
            throw new NetworkException(Reason.PLUMBING, "network device: " + failure.getMessage(), failure);
        }
    }

    private String inSubnet(Ipv4Address address) {
        return address + "/" + subnet.prefixLength() + " broadcast " + subnet.broadcast();
    }
}
