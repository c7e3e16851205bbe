package io.bulkhead.kernel;

import java.net.Inet4Address;
import java.util.Optional;

/// Connects a network namespace to a bridge, without starting a program.
public final class Ethernet {

    private static final int MESSAGE = 1024;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_NEWROUTE = 24;
    private static final int ACK = 4;
    private static final int ACK_CREATE = 4 | 0x200 | 0x400;
    private static final int AF_UNSPEC = 0;
    private static final int AF_INET = 2;
    private static final int IFF_UP = 1;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_INFO_SLAVE_KIND = 4;
    private static final int IFLA_INFO_SLAVE_DATA = 5;
    private static final int IFLA_BRPORT_MODE = 4;
    private static final int VETH_INFO_PEER = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final byte RT_TABLE_MAIN = (byte) 254;
    private static final byte RTPROT_BOOT = 3;
    private static final byte RTN_UNICAST = 1;

    /// `lo` is the first device of every network namespace.
    private static final int LO = 1;

    private static final int ANY_INDEX = 0;

    private Ethernet() {}

    /// @param device the end that is a port of the bridge
    /// @param mac six bytes, of the other end
    public record Cable(String bridge, String device, byte[] mac, int mtu) {}

    /// What the namespace's `eth0` is given.
    public record Address(Inet4Address address, int prefixLength, Inet4Address broadcast, Inet4Address gateway) {}

    /// Makes a pair of devices: one a port of the bridge, in hairpin mode, one `eth0` in `network`, which has none of
    /// that
    /// name yet and stays down: the kernel refuses to bring up an end before the cable is whole.
    ///
    /// @param host the namespace of the bridge; empty: this process's
    public static void connect(Optional<Fd> host, Cable cable, Fd network) {
        try (var netlink = Netlink.in(host, Netlink.ROUTE)) {
            var message = new NetlinkMessage(MESSAGE);
            int bridge = index(netlink, cable.bridge());
            message.begin(RTM_NEWLINK, ACK_CREATE)
                    .device(AF_UNSPEC, 0, IFF_UP)
                    .attribute(IFLA_IFNAME, cable.device())
                    .attribute(IFLA_MTU, cable.mtu())
                    .attribute(IFLA_MASTER, bridge)
                    .nest(
                            IFLA_LINKINFO,
                            () -> message.attribute(IFLA_INFO_KIND, "veth")
                                    .nest(
                                            IFLA_INFO_DATA,
                                            () -> message.nest(VETH_INFO_PEER, () -> peer(message, cable, network))));
            message.begin(RTM_NEWLINK, ACK)
                    .device(AF_UNSPEC, 0, 0)
                    .attribute(IFLA_IFNAME, cable.device())
                    .nest(
                            IFLA_LINKINFO,
                            () -> message.attribute(IFLA_INFO_SLAVE_KIND, "bridge")
                                    .nest(IFLA_INFO_SLAVE_DATA, () -> message.attribute(IFLA_BRPORT_MODE, (byte) 1)));
            netlink.request(message, "make the device " + cable.device(), "set hairpin mode of " + cable.device());
        }
    }

    private static void peer(NetlinkMessage message, Cable cable, Fd network) {
        message.device(AF_UNSPEC, ANY_INDEX, 0)
                .attribute(IFLA_IFNAME, "eth0")
                .attribute(IFLA_MTU, cable.mtu())
                .attribute(IFLA_ADDRESS, cable.mac())
                .attribute(IFLA_NET_NS_FD, network.number());
    }

    /// Brings `lo` and `eth0`, made by [#connect], up with its address and the default route.
    public static void configure(Fd network, Address given) {
        try (var netlink = Netlink.in(Optional.of(network), Netlink.ROUTE)) {
            int eth0 = index(netlink, "eth0");
            var message = new NetlinkMessage(MESSAGE);
            message.begin(RTM_NEWLINK, ACK).device(AF_UNSPEC, LO, IFF_UP);
            message.begin(RTM_NEWADDR, ACK_CREATE)
                    .fixed((byte) AF_INET, (byte) given.prefixLength(), (byte) 0, (byte) 0)
                    .number(eth0)
                    .attribute(IFA_LOCAL, given.address().getAddress())
                    .attribute(IFA_ADDRESS, given.address().getAddress())
                    .attribute(IFA_BROADCAST, given.broadcast().getAddress());
            message.begin(RTM_NEWLINK, ACK).device(AF_UNSPEC, eth0, IFF_UP);
            message.begin(RTM_NEWROUTE, ACK_CREATE)
                    .fixed((byte) AF_INET, (byte) 0, (byte) 0, (byte) 0)
                    .fixed(RT_TABLE_MAIN, RTPROT_BOOT, (byte) 0, RTN_UNICAST)
                    .number(0)
                    .attribute(RTA_GATEWAY, given.gateway().getAddress())
                    .attribute(RTA_OIF, eth0);
            netlink.request(message, "bring lo up", "give eth0 its address", "bring eth0 up", "make the default route");
        }
    }

    /// Removes a device, and the other end of its cable with it.
    /// @return false if there is none of that name
    public static boolean delete(Optional<Fd> host, String device) {
        try (var netlink = Netlink.in(host, Netlink.ROUTE)) {
            var message = new NetlinkMessage(MESSAGE);
            message.begin(RTM_DELLINK, ACK).device(AF_UNSPEC, 0, 0).attribute(IFLA_IFNAME, device);
            netlink.request(message, "remove the device " + device);
            return true;
        } catch (KernelException failure) {
            if (failure.errno() == Errno.ENODEV) {
                return false;
            }
            throw failure;
        }
    }

    private static int index(Netlink netlink, String device) {
        var question = new NetlinkMessage(MESSAGE);
        question.begin(RTM_GETLINK, 0).device(AF_UNSPEC, 0, 0).attribute(IFLA_IFNAME, device);
        return netlink.ask(question, "find the device " + device).getInt(Integer.BYTES);
    }
}
