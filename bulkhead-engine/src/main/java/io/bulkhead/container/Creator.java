package io.bulkhead.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Operation;
import io.bulkhead.bundle.MountMaps;
import io.bulkhead.bundle.Undo;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.image.Image;
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
    private final ImageIds imageIds;

    Creator(Host host, Index index, ContainerStore store, Ranges ranges) {
        this.host = host;
        this.index = index;
        this.store = store;
        this.ranges = ranges;
        this.imageIds = new ImageIds(host.images());
    }

    ImageIds imageIds() {
        return imageIds;
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
            Life made = make(allowed, image.image(), spec, undo);
            undo.forget();
            Told.event(host, made, "create");
            return made;
        } catch (RuntimeException failure) {
            undo.unwind(failure);
            throw Failures.of(failure, spec.process().args());
        }
    }

    private Life make(Allowed allowed, Image image, ContainerSpec spec, Undo undo) {
        index.reserve(spec.name(), spec.id());
        undo.add(() -> index.release(spec.name(), spec.id()));
        Ids ids = ids(allowed, spec, undo);
        MountMaps.require(spec, ids.maps, host.ownership());
        Instant now = Instant.now(host.clock());
        ChangedVolumes.requireOwn(spec, index.all());
        noteVolumes(spec, undo);
        makeVolumes(allowed, spec, undo);
        var definition = new Definition(spec, now, ids.range, ids.maps, warnings(image, ids));
        Progress progress = Progress.created(PlannedMounts.of(spec.storage(), host.volumes()));
        store.create(spec.id(), definition, progress);
        Life life = life(spec, definition, progress);
        index.add(life);
        store.forgetMaking(spec.id());
        return life;
    }

    private List<String> warnings(Image image, Ids ids) {
        return ids.maps.flatMap(maps -> imageIds.lacking(image, maps)).stream().toList();
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

    /// @param range of the pool, to be given back
    private record Ids(Optional<IdRange> range, Optional<IdMaps> maps) {}

    /// Whoever joins another's namespaces lives in that one's user namespace, whatever mode was asked for.
    private Ids ids(Allowed allowed, ContainerSpec spec, Undo undo) {
        UsernsMode mode = spec.isolation().userns();
        if (mode instanceof UsernsMode.Host) {
            return new Ids(Optional.empty(), Optional.empty());
        }
        Optional<Life> other = StartNamespaces.joins(spec).map(id -> index.resolve(id.value()));
        if (other.isPresent()) {
            return shared(other.get(), undo);
        }
        return switch (mode) {
            case UsernsMode.Auto(long size) -> given(ranges.allocate(size), undo);
            case UsernsMode.Static(long size) -> given(ranges.claim(spec.name(), size), undo);
            case UsernsMode.Single(var given)
            when given.isEmpty() ->
                held(Optional.of(IdMaps.of(ranges.ofCaller(allowed.caller().subject()))), undo);
            case UsernsMode.Identity _, UsernsMode.Shift _, UsernsMode.Single _, UsernsMode.Mapped _ ->
                held(mode.maps(Optional.empty()), undo);
            case UsernsMode.Host _ -> throw new IllegalStateException("the host's has no ids to give");
        };
    }

    /// Without maps the other lives in the host's user namespace, and so would this one, with nobody having decided
    /// that it may. One that is removed meanwhile has given its ids back.
    private Ids shared(Life other, Undo undo) {
        Definition definition = other.definition();
        if (definition.maps().isEmpty()) {
            throw new EngineException(
                    Reason.INVALID,
                    "container " + other.spec().name() + " has the host's user namespace: to join it, ask for that "
                            + "with --userns=host, which is a privilege");
        }
        if (definition.range().isEmpty()) {
            return held(definition.maps(), undo);
        }
        if (!ranges.share(definition.range().get())) {
            throw new EngineException(Reason.CONFLICT, "No such container: " + other.id());
        }
        undo.add(() -> ranges.giveBack(definition.range(), Optional.empty()));
        return new Ids(definition.range(), definition.maps());
    }

    private Ids given(IdRange range, Undo undo) {
        undo.add(() -> ranges.giveBack(Optional.of(range), Optional.empty()));
        return new Ids(Optional.of(range), Optional.of(IdMaps.of(range)));
    }

    private Ids held(Optional<IdMaps> maps, Undo undo) {
        maps.ifPresent(ranges::hold);
        undo.add(() -> ranges.giveBack(Optional.empty(), maps));
        return new Ids(Optional.empty(), maps);
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
        Optional<IdRange> own = stored.definition().range();
        if (own.isEmpty()) {
            stored.definition().maps().ifPresent(taken::hold);
        }
        own.ifPresent(range -> {
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
