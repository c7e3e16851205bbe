package io.bulkhead.denial;

import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.AuditRules;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.ContainerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Mutes, in the kernel, containers that are refused so often that telling it would slow the host down: a record
/// costs ten times what the refusal does. They are heard again for a moment after each pause, so that what they do
/// is still seen. `this` guards all of it.
final class Flood {

    private static final System.Logger LOG = System.getLogger(Flood.class.getName());

    private final Duration pause;

    private final Map<ContainerId, Integer> recent = new HashMap<>();
    private long second;
    private final Set<IdRange> muted = new HashSet<>();
    private boolean closed;

    /// @param pause for how long records of a container that floods are not made
    Flood(Duration pause) {
        this.pause = pause;
    }

    /// Counts a record. Containers that have the host's ids cannot be told apart by the kernel and are never muted.
    ///
    /// @param now in nanoseconds, for example [System#nanoTime]
    /// @param limit records of the container in one second; more are a flood
    /// @return whether the container is muted from here on
    synchronized boolean record(Owners.Owner owner, long now, int limit) {
        long current = Math.floorDiv(now, 1_000_000_000L);
        if (current != second) {
            second = current;
            recent.clear();
        }
        boolean over = recent.merge(owner.id(), 1, Integer::sum) == limit;
        return over
                && !closed
                && owner.range().filter(range -> mute(owner, range)).isPresent();
    }

    private boolean mute(Owners.Owner owner, IdRange range) {
        try {
            AuditRules.mute(range);
        } catch (KernelException failure) {
            if (failure.errno() != Errno.EEXIST) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "container=" + owner.id() + " is refused calls in a flood and cannot be muted",
                        failure);
                return false;
            }
        }
        muted.add(range);
        Thread.ofVirtual().name("unmute").start(() -> unmuteLater(range));
        return true;
    }

    private void unmuteLater(IdRange range) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        unmute(range);
    }

    private synchronized void unmute(IdRange range) {
        if (muted.remove(range)) {
            takeBack(range);
        }
    }

    private static void takeBack(IdRange range) {
        try {
            AuditRules.unmute(range);
        } catch (KernelException failure) {
            if (failure.errno() != Errno.ENOENT) {
                LOG.log(System.Logger.Level.ERROR, "host users " + range + " stay muted", failure);
            }
        }
    }

    /// Takes back what a daemon that was killed left.
    static void takeBackLeft(IdRange pool) {
        AuditRules.muted().stream().filter(pool::overlaps).forEach(Flood::takeBack);
    }

    synchronized void close() {
        closed = true;
        List.copyOf(muted).forEach(this::unmute);
    }
}
