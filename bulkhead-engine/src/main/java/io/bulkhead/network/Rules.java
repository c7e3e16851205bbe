package io.bulkhead.network;

import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.util.Collection;

/// The text of the packet filter's rules, for `nft -f -`. The rules are the same for all containers; a container is a
/// few elements in their sets and maps, found by its address and ports, so that nothing has to be searched when it
/// ends.
///
/// Accepting in these chains does not overrule another firewall of the host: every table's chains see each packet, and
/// one that drops it wins.
final class Rules {

    /// One table for IPv4, one for the frames on the bridge.
    private static final String BASE = """
            add table inet bulkhead
            add map inet bulkhead published { type inet_proto . inet_service : ipv4_addr . inet_service; }
            add map inet bulkhead published_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
            add chain inet bulkhead loopback { type filter hook prerouting priority raw; policy accept; }
            add chain inet bulkhead incoming { type nat hook prerouting priority dstnat; policy accept; }
            add chain inet bulkhead local { type nat hook output priority -100; policy accept; }
            add chain inet bulkhead outgoing { type nat hook postrouting priority srcnat; policy accept; }
            add chain inet bulkhead forward { type filter hook forward priority filter; policy accept; }
            add table bridge bulkhead
            add set bridge bulkhead ports { type ifname . ether_addr . ipv4_addr; }
            add chain bridge bulkhead sender { type filter hook prerouting priority -300; policy accept; }
            flush chain inet bulkhead loopback
            flush chain inet bulkhead incoming
            flush chain inet bulkhead local
            flush chain inet bulkhead outgoing
            flush chain inet bulkhead forward
            flush chain bridge bulkhead sender
            flush map inet bulkhead published
            flush map inet bulkhead published_at
            flush set bridge bulkhead ports
            # route_localnet lets answers reach 127.0.0.1; a container must not reach it by itself (CVE-2020-8558)
            add rule inet bulkhead loopback iifname "BRIDGE" ip daddr 127.0.0.0/8 drop
            add rule inet bulkhead loopback iifname "BRIDGE" ip saddr 127.0.0.0/8 drop
            add rule inet bulkhead incoming fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @published_at
            add rule inet bulkhead incoming fib daddr type local dnat ip to meta l4proto . th dport map @published
            add rule inet bulkhead local fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @published_at
            add rule inet bulkhead local fib daddr type local dnat ip to meta l4proto . th dport map @published
            add rule inet bulkhead outgoing ip saddr SUBNET oifname != "BRIDGE" masquerade
            # a container that calls a published port, or a client on 127.0.0.1, must be answered through the host
            add rule inet bulkhead outgoing oifname "BRIDGE" ip saddr { 127.0.0.0/8, SUBNET } ct status dnat masquerade
            add rule inet bulkhead forward oifname "BRIDGE" ct state established,related accept
            add rule inet bulkhead forward oifname "BRIDGE" iifname "BRIDGE" accept
            add rule inet bulkhead forward oifname "BRIDGE" ct status dnat accept
            add rule inet bulkhead forward oifname "BRIDGE" drop
            add rule inet bulkhead forward iifname "BRIDGE" ip saddr != SUBNET drop
            add rule inet bulkhead forward iifname "BRIDGE" accept
            # a container speaks IPv4 and ARP, and only as itself
            add rule bridge bulkhead sender iifname != "PORT*" accept
            add rule bridge bulkhead sender ether type ip iifname . ether saddr . ip saddr @ports accept
            add rule bridge bulkhead sender ether type arp iifname . ether saddr . arp saddr ip @ports iifname . arp saddr ether . arp saddr ip @ports accept
            add rule bridge bulkhead sender drop
            """;

    /// The host did not forward packets before the engine switched it on, so nothing but the containers' is forwarded.
    private static final String GUARD =
            "add rule inet bulkhead forward drop comment \"forwarding is on for containers only\"\n";

    private static final String REMOVAL = """
            add table inet bulkhead
            delete table inet bulkhead
            add table bridge bulkhead
            delete table bridge bulkhead
            """;

    private final String base;

    Rules(String bridge, Subnet subnet) {
        this.base = BASE.replace("BRIDGE", bridge)
                .replace("SUBNET", subnet.toString())
                .replace("PORT", Settings.PORT_PREFIX);
    }

    /// Everything, whatever was there before, in one step.
    String all(boolean guard, Collection<Lease> leases) {
        var text = new StringBuilder(base).append(guard ? GUARD : "");
        leases.forEach(lease -> text.append(elements(lease)));
        return text.toString();
    }

    static String removal() {
        return REMOVAL;
    }

    private static String elements(Lease lease) {
        String comment = " comment \"" + lease.container() + "\"";
        var text = new StringBuilder();
        text.append("add element bridge bulkhead ports { \"" + lease.device() + "\" . " + lease.mac() + " . "
                + lease.address() + comment + " }\n");
        for (PublishedPort port : lease.published()) {
            text.append("add element inet bulkhead " + mapAndKey(port) + comment + " : " + lease.address() + " . "
                    + port.port().number() + " }\n");
        }
        return text.toString();
    }

    private static String mapAndKey(PublishedPort port) {
        var address = Ipv4Address.parse(port.hostAddress());
        String key = port.port().protocol().spelling() + " . " + port.hostPort();
        return address.isAny() ? "published { " + key : "published_at { " + address + " . " + key;
    }
}
