package io.bulkhead.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.bundle.Undo;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.name.ContainerName;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;
import io.bulkhead.spec.StorageSpec.Mount;
import io.bulkhead.trust.VerifiedImage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes containers: their names, ids, volumes and files. Nothing runs yet.
final class Creator {

    private final Host host;
    private final Index index;
    private final ContainerStore store;
    private final Ranges ranges;

    Creator(Host host, Index index, ContainerStore store, Ranges ranges) {
        this.host = host;
        this.index = index;
        this.store = store;
        this.ranges = ranges;
    }

    /// @throws IllegalStateException when a proof is for something else: the object decided on is the object made
    Life create(Allowed allowed, VerifiedImage image, ContainerSpec spec) {
        allowed.requireFor(Operation.CONTAINER_CREATE);
        if (!allowed.privileges().equals(Privileges.of(spec))) {
            throw new IllegalStateException("the privileges decided on are not those of the spec");
        }
        if (!image.image().id().equals(spec.imageId())) {
            throw new IllegalStateException("the image verified is not the one of the spec");
        }
        var undo = new Undo();
        try {
            Life made = make(allowed, spec, undo);
            undo.forget();
            Told.event(host, made, "create");
            return made;
        } catch (RuntimeException failure) {
            undo.unwind(failure);
            throw Failures.of(failure, spec.process().args());
        }
    }

    private Life make(Allowed allowed, ContainerSpec spec, Undo undo) {
        index.reserve(spec.name(), spec.id());
        undo.add(() -> index.release(spec.name(), spec.id()));
        Optional<IdRange> range = range(spec, undo);
        noteVolumes(spec, undo);
        makeVolumes(allowed, spec, undo);
        var definition = new Definition(spec, Instant.now(host.clock()), range, List.of());
        Progress progress = Progress.created(PlannedMounts.of(spec.storage(), host.volumes()));
        store.create(spec.id(), definition, progress);
        Life life = life(spec, definition, progress);
        index.add(life);
        store.forgetMaking(spec.id());
        return life;
    }

    private Life life(ContainerSpec spec, Definition definition, Progress progress) {
        return new Life(
                spec.id(),
                store,
                EngineDirectories.containers(host.settings().run())
                        .resolve(spec.id().value()),
                definition,
                progress);
    }

    private Optional<IdRange> range(ContainerSpec spec, Undo undo) {
        return switch (spec.isolation().userns()) {
            case UsernsMode.Host _ -> Optional.empty();
            case UsernsMode.Auto(long size) -> {
                Optional<Life> other = StartNamespaces.joins(spec).map(id -> index.resolve(id.value()));
                if (other.isPresent()) {
                    yield Optional.of(shared(other.get(), undo));
                }
                IdRange range = ranges.allocate(size);
                undo.add(() -> ranges.release(range));
                yield Optional.of(range);
            }
        };
    }

    /// Without a range the other lives in the host's user namespace, and so would this one, with nobody having decided
    /// that it may. One that is removed meanwhile has given its ids back.
    private IdRange shared(Life other, Undo undo) {
        IdRange range = other.definition()
                .range()
                .orElseThrow(() -> new EngineException(
                        Reason.INVALID,
                        "container " + other.spec().name() + " has the host's user namespace: to join it, ask for that "
                                + "with --userns=host, which is a privilege"));
        if (!ranges.share(range)) {
            throw new EngineException(Reason.CONFLICT, "No such container: " + other.id());
        }
        undo.add(() -> ranges.release(range));
        return range;
    }

    private void noteVolumes(ContainerSpec spec, Undo undo) {
        List<String> anonymous = spec.storage().mounts().stream()
                .flatMap(mount -> mount instanceof Mount.Volume volume && volume.anonymous()
                        ? Stream.of(volume.name())
                        : Stream.empty())
                .toList();
        if (!anonymous.isEmpty()) {
            undo.add(() -> store.forgetMaking(spec.id()));
            store.noteMaking(spec.id(), anonymous);
        }
    }

    private void makeVolumes(Allowed allowed, ContainerSpec spec, Undo undo) {
        for (Mount mount : spec.storage().mounts()) {
            if (mount instanceof Mount.Volume volume) {
                boolean there = host.volumes().find(volume.name()).isPresent();
                host.volumes()
                        .create(
                                allowed,
                                volume.name(),
                                volume.driver(),
                                volume.driverOptions(),
                                volume.labels(),
                                volume.anonymous());
                if (!there && volume.anonymous()) {
                    undo.add(() -> host.volumes().remove(allowed, volume.name(), true, List.of()));
                }
            }
        }
    }

    /// Takes a container of an earlier daemon into the index, with its name and ids. Those that joined another's
    /// namespaces come after all that did not, so that each range is reserved by whom it was made for.
    Life adopt(ContainerStore.Stored stored, Ranges taken) {
        ContainerSpec spec = stored.definition().spec();
        stored.definition().range().ifPresent(range -> {
            boolean shared = StartNamespaces.joins(spec).isPresent() && taken.share(range);
            if (!shared && !taken.reserve(range)) {
                throw new EngineException(
                        Reason.STORAGE,
                        "container " + spec.name() + " has the ids " + range + ", which somebody else has too: see "
                                + "/etc/subuid, /etc/subgid and the user database");
            }
        });
        Life life = life(spec, stored.definition(), stored.progress());
        index.reserve(spec.name(), spec.id());
        index.add(life);
        return life;
    }

    void rename(Life life, ContainerName name) {
        life.turn().lock();
        try {
            life.requireThere();
            ContainerName old = life.spec().name();
            if (old.equals(name)) {
                throw new EngineException(
                        Reason.INVALID, "Renaming a container with the same name as its current name");
            }
            index.reserve(name, life.id());
            try {
                life.record(life.definition().withSpec(life.spec().withName(name)));
            } catch (RuntimeException failure) {
                index.release(name, life.id());
                throw failure;
            }
            index.release(old, life.id());
            Told.event(host, life, "rename", Map.of("oldName", "/" + old));
        } finally {
            life.turn().unlock();
        }
    }
}
