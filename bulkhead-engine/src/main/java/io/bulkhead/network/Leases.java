package io.bulkhead.network;

import io.bulkhead.name.ContainerId;
import io.bulkhead.network.NetworkException.Reason;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who has which address. Addresses are given out in turn, so that one just given back is the last to be used again:
/// what was on its way to the old container should not arrive at a new one.
///
/// `this` guards everything; nothing here waits for the disk or another program.
final class Leases {

    private final Subnet subnet;
    private final Map<ContainerId, Lease> byContainer = new HashMap<>();
    private final Set<ContainerId> ending = new HashSet<>();
    private final Set<MacAddress> macs = new HashSet<>();
    private final BitSet taken = new BitSet();
    private int next;

    Leases(Subnet subnet) {
        this.subnet = subnet;
        taken.set(0);
        taken.set(offset(subnet.gateway()));
        taken.set(offset(subnet.broadcast()));
        macs.add(MacAddress.of(subnet.gateway()));
        next = offset(subnet.gateway()) + 1;
    }

    /// Takes over a lease that was made earlier.
    synchronized void restore(Lease lease) {
        if (!subnet.contains(lease.address())) {
            throw new NetworkException(
                    Reason.INVALID,
                    "container " + lease.container().shortened() + " still runs with address " + lease.address()
                            + ", outside the subnet " + subnet + ": stop it or keep the old subnet");
        }
        add(lease);
    }

    /// @throws NetworkException EXHAUSTED, or INVALID if what was asked for is not to be had
    synchronized Lease take(ContainerId container, Optional<Ipv4Address> wanted, Optional<MacAddress> wantedMac) {
        if (byContainer.containsKey(container)) {
            throw invalid("container " + container.shortened() + " is attached already");
        }
        Ipv4Address address = wanted.isPresent() ? free(wanted.get()) : nextFree();
        MacAddress mac = wantedMac.isPresent() ? free(wantedMac.get(), address) : MacAddress.of(address);
        var lease = new Lease(container, address, mac, List.of());
        add(lease);
        return lease;
    }

    synchronized void replace(Lease lease) {
        byContainer.replace(lease.container(), lease);
    }

    /// From now on it is not among those that shall have rules; its address stays taken until [#giveBack].
    synchronized void end(Lease lease) {
        ending.add(lease.container());
    }

    synchronized void giveBack(Lease lease) {
        if (byContainer.remove(lease.container(), lease)) {
            ending.remove(lease.container());
            macs.remove(lease.mac());
            taken.clear(offset(lease.address()));
        }
    }

    synchronized Optional<Lease> of(ContainerId container) {
        return Optional.ofNullable(byContainer.get(container));
    }

    synchronized Collection<Lease> all() {
        return List.copyOf(byContainer.values());
    }

    /// Those that shall have rules.
    synchronized Collection<Lease> lasting() {
        return byContainer.values().stream()
                .filter(lease -> !ending.contains(lease.container()))
                .toList();
    }

    private void add(Lease lease) {
        byContainer.put(lease.container(), lease);
        macs.add(lease.mac());
        taken.set(offset(lease.address()));
    }

    private Ipv4Address free(Ipv4Address wanted) {
        if (!subnet.contains(wanted)) {
            throw invalid("address " + wanted + " is outside the network's subnet " + subnet);
        }
        if (taken.get(offset(wanted))) {
            throw invalid("address " + wanted + " is already in use");
        }
        return wanted;
    }

    private Ipv4Address nextFree() {
        int offset = taken.nextClearBit(next);
        if (offset >= subnet.size()) {
            offset = taken.nextClearBit(0);
        }
        if (offset >= subnet.size()) {
            throw new NetworkException(Reason.EXHAUSTED, "no free address is left in " + subnet);
        }
        next = offset + 1;
        return subnet.address(offset);
    }

    /// Two devices with one hardware address would take each other's frames; that includes the address another
    /// container would be given by default.
    private MacAddress free(MacAddress wanted, Ipv4Address address) {
        if (wanted.equals(MacAddress.of(address))) {
            return wanted;
        }
        if (macs.contains(wanted)
                || wanted.byDefaultOf().filter(subnet::contains).isPresent()) {
            throw invalid("MAC address " + wanted + " is that of another address of this network");
        }
        return wanted;
    }

    private int offset(Ipv4Address address) {
        return (int) subnet.offset(address);
    }

    private static NetworkException invalid(String message) {
        return new NetworkException(Reason.INVALID, message);
    }
}
