package io.bulkhead.denial;

import io.bulkhead.denial.Owners.Owner;
import io.bulkhead.name.ContainerId;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.SyscallTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How often which container was refused which call. `this` guards it.
///
/// A container chooses its call numbers and its name is gone with it, so both are bounded: beyond [#MOST_CALLS] of
/// one container, calls that were not seen before are not told; beyond [#MOST_CONTAINERS] the one whose first
/// refusal is longest ago is forgotten.
final class Tally {

    static final int MOST_CALLS = 512;
    static final int MOST_CONTAINERS = 1000;

    private record Key(SyscallTable table, int number) {}

    private final Owners owners;
    private final Map<ContainerId, Map<Key, Denial>> denials = new LinkedHashMap<>();

    Tally(Owners owners) {
        this.owners = owners;
    }

    /// @return what is now known, if this is the first time
    synchronized Optional<Denial> count(Owner owner, RefusedCall call, Instant now) {
        Map<Key, Denial> calls = calls(owner);
        var key = new Key(call.table(), call.number());
        Denial before = calls.get(key);
        if (before == null && calls.size() >= MOST_CALLS) {
            return Optional.empty();
        }
        Denial.Sighting sighting =
                new Denial.Sighting(now, call.pid(), call.command(), call.executable(), FilterAction.of(call.code()));
        if (before != null) {
            calls.put(key, before.again(sighting));
            return Optional.empty();
        }
        Optional<Denial> first = owners.why(owner, call.table(), call.number(), sighting.action())
                .map(reason -> Denial.first(owner, call, reason, sighting));
        first.ifPresent(denial -> calls.put(key, denial));
        return first;
    }

    private Map<Key, Denial> calls(Owner owner) {
        Map<Key, Denial> known = denials.get(owner.id());
        if (known != null) {
            return known;
        }
        if (denials.size() >= MOST_CONTAINERS) {
            denials.remove(denials.keySet().iterator().next());
        }
        Map<Key, Denial> calls = new LinkedHashMap<>();
        denials.put(owner.id(), calls);
        return calls;
    }

    /// From now on this container's counts are known to be too small.
    synchronized void uncertain(ContainerId container) {
        denials.getOrDefault(container, Map.of()).replaceAll((_, denial) -> denial.withUncertainCount());
    }

    synchronized void allUncertain() {
        denials.keySet().forEach(this::uncertain);
    }

    /// Containers and their calls, in the order of their last refusal.
    synchronized List<Denial> all() {
        var all = new ArrayList<Denial>();
        denials.values().forEach(calls -> all.addAll(calls.values()));
        all.sort(Comparator.comparing(denial -> denial.last().time()));
        return List.copyOf(all);
    }
}
