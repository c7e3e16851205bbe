package io.bulkhead.network;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The packet filter's rules as they are in the kernel.
///
/// The lock is held while `nft` runs, because the rules in the kernel are what it guards: making them anew from the
/// leases excludes adding and removing single ones, or an element of a container that just ended could come back.
/// Single
/// changes exclude each other in the kernel only.
final class Ruleset {

    private final Programs programs;
    private final Rules rules;
    private final Supplier<Collection<Lease>> leases;
    private final BooleanSupplier guard;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /// @param leases those that shall have their elements, asked under the lock
    /// @param guard whether only containers' packets may be forwarded
    Ruleset(Programs programs, Rules rules, Supplier<Collection<Lease>> leases, BooleanSupplier guard) {
        this.programs = programs;
        this.rules = rules;
        this.leases = leases;
        this.guard = guard;
    }

    /// Fails if somebody flushed the host's rules: the set to add to is gone then, so a container never starts without
    /// the rules that hold it.
    void add(Lease lease) {
        lock.readLock().lock();
        try {
            programs.nft(rules.adding(lease));
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Fails as [#add] does.
    void remove(Lease lease) {
        lock.readLock().lock();
        try {
            programs.nft(rules.removing(lease));
        } finally {
            lock.readLock().unlock();
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
