package io.bulkhead.container;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.Gate;
import io.bulkhead.container.Container.Status;
import io.bulkhead.container.Containers.ExitStatus;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.ContainerId;
import io.bulkhead.spec.StorageSpec.Mount;
import io.bulkhead.volume.Volume;
import io.bulkhead.volume.VolumeException;
import java.util.List;
import java.util.Set;

/// Removes containers that do not run: their files, their ids, their names, and on request their anonymous volumes.
final class Remover {

    private static final System.Logger LOG = System.getLogger(Remover.class.getName());

    private final Host host;
    private final Index index;
    private final ContainerStore store;
    private final Ranges ranges;
    private final Execs execs;
    private final Gate gate;

    Remover(Host host, Index index, ContainerStore store, Ranges ranges, Execs execs, Gate gate) {
        this.host = host;
        this.index = index;
        this.store = store;
        this.ranges = ranges;
        this.execs = execs;
        this.gate = gate;
    }

    /// To be called in the container's turn. Volumes go first: once the container is gone nothing names them. The run
    /// directory goes last, since the exit code may be nowhere else.
    void remove(Life life, boolean volumes) {
        Progress last = life.progress();
        life.show(last.with(Status.REMOVING));
        try {
            if (volumes && hasAnonymousVolumes(life)) {
                storeRemoval(life, last);
                removeAnonymousVolumes(life);
            }
            store.remove(life.id());
        } catch (RuntimeException failure) {
            life.show(last);
            throw failure;
        }
        life.markRemoved();
        index.remove(life);
        removeRunDirectory(life);
        execs.forget(life);
        life.takePending().forEach(PendingStream::abandon);
        ranges.giveBack(life.definition().range(), life.definition().maps());
        Told.event(host, life, "destroy");
        life.waiters().removed(new ExitStatus(last.exitCode(), ""));
    }

    /// One that is left is swept by the next daemon.
    private static void removeRunDirectory(Life life) {
        try {
            Starter.removeRunDirectory(life);
        } catch (KernelException left) {
            LOG.log(System.Logger.Level.ERROR, "container=" + life.id() + " left=\"run directory\"", left);
        }
    }

    /// A container that has lost its volumes can only go: the next daemon sees to that. On a full disk the removal goes
    /// on without, or there would be no way to make room.
    private static void storeRemoval(Life life, Progress last) {
        try {
            life.record(last.with(Status.REMOVING));
        } catch (EngineException unstored) {
            if (unstored.reason() != EngineException.Reason.STORAGE_FULL) {
                throw unstored;
            }
            LOG.log(System.Logger.Level.WARNING, "container=" + life.id() + " is removed without a note", unstored);
        }
    }

    private static boolean hasAnonymousVolumes(Life life) {
        return life.spec().storage().mounts().stream()
                .anyMatch(mount -> mount instanceof Mount.Volume volume && volume.anonymous());
    }

    private void removeAnonymousVolumes(Life life) {
        for (Mount mount : life.spec().storage().mounts()) {
            if (mount instanceof Mount.Volume volume && volume.anonymous() && !usedByAnother(life, volume.name())) {
                removeVolume("container-removal", life.id(), volume.name());
            }
        }
    }

    /// When the daemon starts: the volumes of creations that the last one was killed in.
    void removeUnfinished() {
        store.making().forEach((id, volumes) -> {
            volumes.stream()
                    .filter(name ->
                            host.volumes().find(name).filter(Volume::anonymous).isPresent())
                    .filter(name -> index.all().stream().noneMatch(life -> uses(life, name)))
                    .forEach(name -> removeVolume("container-creation", id, name));
            store.forgetMaking(id);
        });
    }

    private boolean usedByAnother(Life life, String volume) {
        return index.all().stream().filter(other -> other != life).anyMatch(other -> uses(other, volume));
    }

    private static boolean uses(Life life, String volume) {
        return life.spec().storage().mounts().stream()
                .anyMatch(mount ->
                        mount instanceof Mount.Volume used && used.name().equals(volume));
    }

    private void removeVolume(String why, ContainerId container, String volume) {
        try {
            gate.during(
                    new Caller.Engine(why),
                    Operation.VOLUME_REMOVE,
                    new Target.OfVolume(volume, ""),
                    Set.of(),
                    allowed -> host.volumes().remove(allowed, volume, true, List.of()));
        } catch (VolumeException failure) {
            LOG.log(System.Logger.Level.WARNING, "container=" + container + " volume=" + volume, failure);
        }
    }
}
