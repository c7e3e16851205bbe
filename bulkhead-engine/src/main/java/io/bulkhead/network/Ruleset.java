package io.bulkhead.network;

import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.FilterSets;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.network.NetworkException.Reason;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The packet filter's rules as they are in the kernel.
///
/// The lock is held while they change, because the rules in the kernel are what it guards: making them anew from the
/// leases excludes adding and removing single ones, or an element of a container that just ended could come back.
/// Single changes exclude each other in the kernel only.
final class Ruleset {

    private final Programs programs;
    private final Rules rules;
    private final Optional<Fd> hostNetwork;
    private final Supplier<Collection<Lease>> leases;
    private final BooleanSupplier guard;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /// @param leases those that shall have their elements, asked under the lock
    /// @param guard whether only containers' packets may be forwarded
    Ruleset(
            Programs programs,
            Rules rules,
            Optional<Fd> hostNetwork,
            Supplier<Collection<Lease>> leases,
            BooleanSupplier guard) {
        this.programs = programs;
        this.rules = rules;
        this.hostNetwork = hostNetwork;
        this.leases = leases;
        this.guard = guard;
    }

    /// Fails if somebody flushed the host's rules: the set to add to is gone then, so a container never starts without
    /// the rules that hold it.
    void add(Lease lease) {
        lock.readLock().lock();
        try {
            plumbed(() -> FilterSets.add(hostNetwork, RuleElements.of(lease)));
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Fails as [#add] does.
    void remove(Lease lease) {
        lock.readLock().lock();
        try {
            plumbed(() -> FilterSets.remove(hostNetwork, RuleElements.of(lease)));
        } finally {
            lock.readLock().unlock();
        }
    }

    private static void plumbed(Runnable step) {
        try {
            step.run();
        } catch (KernelException failure) {
            throw new NetworkException(Reason.PLUMBING, "packet filter: " + failure.getMessage(), failure);
        }
    }

    void rebuild() {
        lock.writeLock().lock();
        try {
            programs.nft(rules.all(guard.getAsBoolean(), leases.get()));
        } finally {
            lock.writeLock().unlock();
        }
    }

    void removeAll() {
        lock.writeLock().lock();
        try {
            programs.nft(Rules.removal());
        } finally {
            lock.writeLock().unlock();
        }
    }
}
