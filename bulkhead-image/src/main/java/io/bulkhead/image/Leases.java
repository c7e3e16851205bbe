package io.bulkhead.image;

import io.bulkhead.name.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Blobs and layers that work in progress uses and no image names yet: nobody may sweep them away meanwhile. Guarded by
/// this object's own monitor.
final class Leases {

    private final Map<Digest, Integer> held = new HashMap<>();

    Lease open() {
        return new Lease();
    }

    /// Runs `removal` unless somebody holds the digest; nobody can begin to hold it meanwhile, so it must be short.
    synchronized boolean unlessHeld(Digest digest, Runnable removal) {
        if (held.containsKey(digest)) {
            return false;
        }
        removal.run();
        return true;
    }

    private synchronized void add(Digest digest) {
        held.merge(digest, 1, Integer::sum);
    }

    private synchronized void release(Digest digest) {
        held.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1);
    }

    /// What one piece of work holds. Hold a digest first and look whether it is there afterwards.
    final class Lease implements AutoCloseable {

        private final List<Digest> digests = new ArrayList<>();

        private Lease() {}

        synchronized void hold(Digest digest) {
            add(digest);
            digests.add(digest);
        }

        synchronized List<Digest> digests() {
            return List.copyOf(digests);
        }

        @Override
        public synchronized void close() {
            digests.forEach(Leases.this::release);
            digests.clear();
        }
    }
}
