package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.container.EngineSettings.StaticIds;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.idregistry.Key;
import io.bulkhead.idregistry.RangeRegistry;
import io.bulkhead.idregistry.RegistryException;
import io.bulkhead.idregistry.SharedDirectory;
import io.bulkhead.name.ContainerName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The host ids that containers get: the engine's own, and those that hosts agree on. What the engine handed out itself
/// is in its store and reserved again by it.
final class Ranges {

    private final IdArea own;
    private final Optional<IdArea> agreed;
    private final Optional<StaticIds> settings;
    private final CallerIds callers;

    /// Whether files that outlive their container may belong to ids of a range.
    private final Predicate<IdRange> carried;

    /// Given back by their containers and not given again yet, because of such files. `this` guards it.
    private final Set<IdRange> quarantined = new HashSet<>();

    /// How many containers have each range: one that joins another's namespaces has that one's ids. `this` guards it.
    private final Map<IdRange, Integer> holders = new HashMap<>();

    private Ranges(IdArea own, Optional<StaticIds> settings, CallerIds callers, Predicate<IdRange> carried) {
        this.carried = carried;
        this.own = own;
        this.settings = settings;
        this.agreed = settings.map(ids -> IdArea.open(ids.whole()));
        this.callers = callers;
    }

    /// @param carried whether files that outlive their container may belong to ids of a range: it is not given then
    /// @throws EngineException if a file that says whose ids are whose cannot be read: then none can be handed out
    static Ranges open(EngineSettings settings, Predicate<IdRange> carried) {
        var own = IdArea.open(settings.ids());
        var callers = CallerIds.open(settings.state().resolve("single-ids.json"), own.pool());
        return new Ranges(own, settings.staticIds(), callers, carried);
    }

    private Stream<IdArea> areas() {
        return Stream.concat(Stream.of(own), agreed.stream());
    }

    /// Keeps away from the user namespaces of running processes that are not the engine's own. To be called after the
    /// engine's own ranges are reserved.
    void excludeRunning() {
        areas().forEach(area -> area.foreign().readProcesses());
    }

    /// @throws EngineException when the pool is used up, naming how to widen it
    synchronized IdRange allocate(long count) {
        own.foreign().refresh();
        IdRange range = uncarried(count)
                .or(() -> {
                    endQuarantine();
                    return uncarried(count);
                })
                .orElseThrow(() -> usedUp(count));
        holders.put(range, 1);
        return range;
    }

    /// Whatever it comes upon that files belong to goes into quarantine: an engine that starts finds those of removed
    /// containers like this.
    private Optional<IdRange> uncarried(long count) {
        Optional<IdRange> range = own.pool().allocate(count);
        while (range.isPresent() && carried.test(range.get())) {
            quarantined.add(range.get());
            range = own.pool().allocate(count);
        }
        return range;
    }

    private void endQuarantine() {
        List<IdRange> free = quarantined.stream().filter(carried.negate()).toList();
        free.forEach(range -> {
            quarantined.remove(range);
            own.pool().release(range);
        });
    }

    private EngineException usedUp(long count) {
        return new EngineException(
                Reason.CONFLICT,
                "user namespace: no " + count + " ids in a row are left in " + own.whole() + ": remove containers"
                        + (quarantined.isEmpty()
                                ? ""
                                : ", or volumes with files of removed ones (they keep " + quarantined.size()
                                        + " ranges from being given again)")
                        + ", or widen `ids` in bulkhead.yaml");
    }

    static EngineException usedUp() {
        return new EngineException(
                Reason.CONFLICT,
                "user namespace: no id is left for another caller: remove containers, or widen `ids` in bulkhead.yaml");
    }

    /// The one id of all of a caller's containers that have only one.
    IdRange ofCaller(String subject) {
        own.foreign().refresh();
        return callers.of(subject, own.pool());
    }

    /// The ids that a container of this name has on every host.
    ///
    /// @throws EngineException when the hosts cannot agree, or the ids are somebody else's on this one
    IdRange claim(ContainerName name, long count) {
        IdRange range = agreed(registry -> registry.claim(key(name.value()), count));
        IdArea area = agreed.orElseThrow();
        synchronized (this) {
            area.foreign().refresh();
            if (!area.pool().reserve(range)) {
                throw new EngineException(
                        Reason.CONFLICT,
                        "user namespace: the ids " + range + " of " + name + " are somebody else's on this host: see "
                                + "/etc/subuid, /etc/subgid, the user database and `bulkhead userns ls`");
            }
            holders.put(range, 1);
        }
        return range;
    }

    /// The ranges that hosts agreed on, by `tenant/name`.
    Map<Key, IdRange> agreed() {
        return agreed(RangeRegistry::all);
    }

    /// @return false when no range was agreed on for the name
    boolean forget(String name) {
        return agreed(registry -> registry.forget(key(name)));
    }

    private Key key(String name) {
        try {
            return new Key(settings.orElseThrow().tenant(), name);
        } catch (IllegalArgumentException wrong) {
            throw new EngineException(Reason.INVALID, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /// Opened each time: a share may have been mounted since.
    private <T> T agreed(Function<RangeRegistry, T> action) {
        StaticIds shared = settings.orElseThrow(() -> new EngineException(
                Reason.INVALID,
                "user namespace: --userns=static needs a directory that hosts share: set `ids.static.registry` in "
                        + "bulkhead.yaml"));
        try {
            return action.apply(SharedDirectory.open(shared.registry(), shared.whole()));
        } catch (RegistryException refused) {
            throw new EngineException(
                    switch (refused.reason()) {
                        case CONFLICT, EXHAUSTED -> Reason.CONFLICT;
                        case UNAVAILABLE -> Reason.STORAGE;
                    },
                    "user namespace: " + refused.getMessage(),
                    refused);
        }
    }

    /// One more container has these ids.
    ///
    /// @return false when none has them (any more): they may be somebody else's by now
    synchronized boolean share(IdRange range) {
        return holders.computeIfPresent(range, (_, count) -> count + 1) != null;
    }

    /// @return false when somebody else has some of them
    synchronized boolean reserve(IdRange range) {
        boolean free = area(range).pool().reserve(range);
        if (free) {
            holders.put(range, 1);
        }
        return free;
    }

    /// The area of a range that was given by one; the engine's own for one that was given under other settings.
    private IdArea area(IdRange range) {
        return agreed.filter(area -> area.has(range)).orElse(own);
    }

    /// Keeps the ids of a map that was written out from being given to others.
    ///
    /// @throws EngineException when some of them are another container's own
    void hold(IdMaps maps) {
        var held = new ArrayList<Runnable>();
        for (IdRange range : maps.moved()) {
            for (IdArea area :
                    areas().filter(each -> each.whole().overlaps(range)).toList()) {
                if (!area.pool().hold(range)) {
                    held.forEach(Runnable::run);
                    throw new EngineException(
                            Reason.CONFLICT,
                            "user namespace: of the host ids " + range.first() + " to " + range.last()
                                    + " some are another container's own (see `bulkhead userns ls`): map others, or "
                                    + "remove that container");
                }
                held.add(() -> area.pool().letGo(range));
            }
        }
    }

    private void letGo(IdMaps maps) {
        for (IdRange range : maps.moved()) {
            areas().filter(area -> area.whole().overlaps(range))
                    .forEach(area -> area.pool().letGo(range));
        }
    }

    /// One container less has them; those that were given to it are free with the last one.
    ///
    /// @param range given to it, if any was
    /// @param maps its namespace's
    void giveBack(Optional<IdRange> range, Optional<IdMaps> maps) {
        if (range.isPresent()) {
            release(range.get());
        } else {
            maps.ifPresent(this::letGo);
        }
    }

    private synchronized void release(IdRange range) {
        if (holders.getOrDefault(range, 0) > 1) {
            holders.merge(range, -1, Integer::sum);
        } else {
            holders.remove(range);
            IdArea area = area(range);
            if (area.equals(own) && carried.test(range)) {
                quarantined.add(range);
            } else {
                area.pool().release(range);
            }
        }
    }
}
