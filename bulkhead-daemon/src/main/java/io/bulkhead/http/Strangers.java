package io.bulkhead.http;

import java.util.HashMap;
import java.util.Map;

/// Connections over the network on which nobody has been identified yet. They are few, and fewer from one address,
/// so that a flood of them takes no place from those who are known.
///
/// `this` guards the counts.
final class Strangers {

    private static final int ADDRESSES = 4;

    private final int most;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int all;

    /// @param most at a time; an address has a quarter of it
    Strangers(int most) {
        this.most = most;
    }

    /// Whether there is room for one more.
    synchronized boolean admit(String address) {
        int here = byAddress.getOrDefault(address, 0);
        if (all >= most || here >= Math.max(1, most / ADDRESSES)) {
            return false;
        }
        byAddress.put(address, here + 1);
        all++;
        return true;
    }

    /// One has been identified, or has gone.
    synchronized void leave(String address) {
        Integer left = byAddress.computeIfPresent(address, (_, here) -> here > 1 ? here - 1 : null);
        all--;
        if (all < 0 || (left != null && left < 1)) {
            throw new IllegalStateException("a stranger left twice");
        }
    }
}
