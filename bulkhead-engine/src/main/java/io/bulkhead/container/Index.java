package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.Names;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Which container has which id and name. `this` guards all of it.
final class Index {

    private final TreeMap<ContainerId, Life> byId = new TreeMap<>();
    private final Map<ContainerName, ContainerId> names = new HashMap<>();

    private static final int MOST_GONE = 64;

    /// The last ones, the newest first.
    private final Deque<Life> gone = new ArrayDeque<>();

    private volatile Runnable whenChanged = () -> {};

    /// @param action told after a container was added, removed or renamed; must return soon
    void whenChanged(Runnable action) {
        whenChanged = action;
    }

    synchronized List<Life> all() {
        return List.copyOf(byId.values());
    }

    /// Takes a name before there is a container of it, so that two requests cannot both have it.
    synchronized void reserve(ContainerName name, ContainerId id) {
        ContainerId owner = names.putIfAbsent(name, id);
        if (owner != null && !owner.equals(id)) {
            throw new EngineException(
                    Reason.CONFLICT,
                    "Conflict. The container name \"/" + name + "\" is already in use by container \"" + owner
                            + "\". You have to remove (or rename) that container to be able to reuse that name.");
        }
    }

    synchronized void release(ContainerName name, ContainerId id) {
        names.remove(name, id);
        whenChanged.run();
    }

    synchronized void add(Life life) {
        byId.put(life.id(), life);
        whenChanged.run();
    }

    synchronized void remove(Life life) {
        byId.remove(life.id());
        names.remove(life.spec().name(), life.id());
        gone.addFirst(life);
        if (gone.size() > MOST_GONE) {
            gone.removeLast();
        }
        whenChanged.run();
    }

    /// Removed of late, the newest first: what the kernel tells of a container may come after it.
    synchronized List<Life> gone() {
        return List.copyOf(gone);
    }

    synchronized Optional<Life> find(ContainerId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// By full id, then by name, then by unambiguous id prefix.
    synchronized Life resolve(String idOrName) {
        return resolve(idOrName, _ -> true);
    }

    /// As if there were only those that `seen` accepts.
    synchronized Life resolve(String idOrName, Predicate<Life> seen) {
        return byFullId(idOrName)
                .filter(seen)
                .or(() -> byName(idOrName).filter(seen))
                .or(() -> byPrefix(idOrName, seen))
                .orElseThrow(
                        () -> new EngineException(Reason.NOT_FOUND, "No such container: " + Names.shown(idOrName)));
    }

    private Optional<Life> byFullId(String text) {
        return text.matches("[0-9a-f]{64}") ? find(new ContainerId(text)) : Optional.empty();
    }

    private Optional<Life> byName(String text) {
        try {
            return Optional.ofNullable(names.get(ContainerName.parse(text))).flatMap(this::find);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Optional<Life> byPrefix(String text, Predicate<Life> seen) {
        if (!text.matches("[0-9a-f]{1,64}")) {
            return Optional.empty();
        }
        var first = new ContainerId(text + "0".repeat(64 - text.length()));
        var last = new ContainerId(text + "f".repeat(64 - text.length()));
        List<Life> found = byId.subMap(first, true, last, true).values().stream()
                .filter(seen)
                .toList();
        if (found.size() > 1) {
            throw new EngineException(Reason.INVALID, "Multiple IDs found with provided prefix: " + Names.shown(text));
        }
        return found.stream().findFirst();
    }
}
