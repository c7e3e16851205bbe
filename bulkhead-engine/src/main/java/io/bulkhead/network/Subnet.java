package io.bulkhead.network;

import io.bulkhead.name.Names;

/// A range of IPv4 addresses that share their first `prefixLength` bits. The first usable one is the gateway's.
record Subnet(Ipv4Address first, int prefixLength) {

    /// Room for network, gateway, one container and broadcast address.
    private static final int LONGEST_PREFIX = 30;

    private static final int SHORTEST_PREFIX = 8;

    Subnet {
        if (prefixLength < 0 || prefixLength > 32) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " is outside 0..32");
        }
        if ((first.bits() & hostMask(prefixLength)) != 0) {
            throw new IllegalArgumentException("subnet " + first + "/" + prefixLength + " has host bits set");
        }
    }

    /// A subnet for containers, for example `10.89.0.0/16`.
    /// @throws IllegalArgumentException unless it has a prefix of 8 to 30 bits
    static Subnet parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
            throw new IllegalArgumentException("`" + Names.shown(text) + "` is not a subnet such as 10.89.0.0/16");
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        if (prefix < SHORTEST_PREFIX || prefix > LONGEST_PREFIX) {
            throw new IllegalArgumentException(
                    "the prefix of " + Names.shown(text) + " is outside /" + SHORTEST_PREFIX + "../" + LONGEST_PREFIX);
        }
        return new Subnet(Ipv4Address.parse(text.substring(0, slash)), prefix);
    }

    private static long hostMask(int prefixLength) {
        return (1L << (32 - prefixLength)) - 1;
    }

    /// How many addresses it has, those of network and broadcast included.
    long size() {
        return hostMask(prefixLength) + 1;
    }

    Ipv4Address address(long offset) {
        return new Ipv4Address(first.bits() + offset);
    }

    long offset(Ipv4Address address) {
        return address.bits() - first.bits();
    }

    Ipv4Address gateway() {
        return address(1);
    }

    Ipv4Address broadcast() {
        return address(size() - 1);
    }

    boolean contains(Ipv4Address address) {
        return (address.bits() & ~hostMask(prefixLength)) == first.bits();
    }

    boolean overlaps(Subnet other) {
        return contains(other.first) || other.contains(first);
    }

    @Override
    public String toString() {
        return first + "/" + prefixLength;
    }
}
