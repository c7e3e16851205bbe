package io.bulkhead.network;

import io.bulkhead.kernel.Fd;
import io.bulkhead.name.ContainerId;
import io.bulkhead.network.NetworkException.Reason;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The containers of the one bridge: takes address and ports, then has them plumbed; gives them back in reverse.
///
/// A lease is on disk before anything of it is on the host, so whatever a crash leaves behind is found by its lease.
final class BridgeNetwork {

    private final Leases leases;
    private final LeaseFiles files;
    private final HostPorts ports;
    private final Cables cables;
    private final Ruleset ruleset;
    private final Forwarding forwarding;
    private final ReentrantLock setup = new ReentrantLock();
    /// Whether bridge and rules were made since this process started; guarded by `setup`.
    private boolean ready;

    BridgeNetwork(
            Leases leases, LeaseFiles files, HostPorts ports, Cables cables, Ruleset ruleset, Forwarding forwarding) {
        this.leases = leases;
        this.files = files;
        this.ports = ports;
        this.cables = cables;
        this.ruleset = ruleset;
        this.forwarding = forwarding;
    }

    Lease attach(ContainerId container, NetworkSpec spec, Fd network) {
        Lease lease = reserve(container, spec);
        try {
            setUp(false);
            plug(lease, network);
            return lease;
        } catch (RuntimeException failure) {
            undo(lease, failure);
            throw failure;
        }
    }

    void detach(ContainerId container) {
        leases.of(container).ifPresent(this::unplug);
    }

    /// One container that cannot be removed does not keep the others.
    void sweep(Collection<ContainerId> alive) {
        var living = new HashSet<>(alive);
        var failures = new ArrayList<RuntimeException>();
        for (Lease lease : leases.all()) {
            if (!living.contains(lease.container())) {
                attempt(() -> unplug(lease), failures);
            }
        }
        attempt(() -> cables.removeOthers(leases.all()), failures);
        attempt(() -> setUpOrTearDown(), failures);
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    /// Leaves the host as it was before the first container, if none is left.
    void tearDownIfUnused() {
        setup.lock();
        try {
            if (leases.all().isEmpty() && (ready || cables.bridgeIsThere() || forwarding.switchedByUs())) {
                ready = false;
                forwarding.restore();
                cables.removeBridge();
                ruleset.removeAll();
            }
        } finally {
            setup.unlock();
        }
    }

    private void setUpOrTearDown() {
        if (leases.all().isEmpty()) {
            tearDownIfUnused();
        } else {
            setUp(true);
        }
    }

    /// The lock is held while programs run: it is what makes attaching wait until the bridge is there.
    private void setUp(boolean again) {
        setup.lock();
        try {
            if (again || !ready) {
                ready = false;
                forwarding.claim();
                cables.makeBridge();
                ruleset.rebuild();
                cables.allowLoopbackClients();
                forwarding.on();
                ready = true;
            }
        } finally {
            setup.unlock();
        }
    }

    private Lease reserve(ContainerId container, NetworkSpec spec) {
        var address = parsed(spec.ipAddress(), Ipv4Address::parse);
        var mac = parsed(spec.macAddress(), MacAddress::parse);
        Lease lease = leases.take(container, address, mac);
        try {
            Lease published = lease.withPublished(ports.take(container, wanted(spec)));
            leases.replace(published);
            lease = published;
            files.write(lease);
            return lease;
        } catch (RuntimeException failure) {
            ports.giveBack(container, lease.published());
            leases.giveBack(lease);
            throw failure;
        }
    }

    private static <T> Optional<T> parsed(Optional<String> text, Function<String, T> parser) {
        try {
            return text.map(parser);
        } catch (IllegalArgumentException malformed) {
            throw new NetworkException(Reason.INVALID, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    private static List<PublishedPort> wanted(NetworkSpec spec) {
        var wanted = new ArrayList<>(spec.published());
        if (spec.publishAll()) {
            var given = spec.published().stream().map(PublishedPort::port).collect(Collectors.toSet());
            for (Port port : spec.exposed()) {
                if (given.add(port)) {
                    wanted.add(new PublishedPort(port, "", 0));
                }
            }
        }
        return wanted;
    }

    /// If somebody flushed the host's rules or removed the bridge, both are made anew and it is tried once more.
    private void plug(Lease lease, Fd network) {
        try {
            connect(lease, network);
        } catch (NetworkException perhapsFlushed) {
            try {
                cables.disconnect(lease);
                setUp(true);
                connect(lease, network);
            } catch (NetworkException failure) {
                failure.addSuppressed(perhapsFlushed);
                throw failure;
            }
        }
    }

    private void connect(Lease lease, Fd network) {
        AtOnce.run(() -> cables.connect(lease, network), () -> ruleset.add(lease));
    }

    private void unplug(Lease lease) {
        leases.end(lease);
        AtOnce.run(() -> cables.disconnect(lease), () -> removeRules(lease));
        files.delete(lease.container());
        ports.giveBack(lease.container(), lease.published());
        leases.giveBack(lease);
    }

    private void removeRules(Lease lease) {
        try {
            ruleset.remove(lease);
        } catch (NetworkException perhapsFlushed) {
            ruleset.rebuild();
        }
    }

    private void undo(Lease lease, RuntimeException failure) {
        try {
            unplug(lease);
        } catch (RuntimeException undoing) {
            failure.addSuppressed(undoing);
        }
    }

    private static void attempt(Runnable step, List<RuntimeException> failures) {
        try {
            step.run();
        } catch (NetworkException failure) {
            failures.add(failure);
        }
    }
}
