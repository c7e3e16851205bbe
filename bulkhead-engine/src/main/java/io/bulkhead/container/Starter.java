package io.bulkhead.container;

import io.bulkhead.bundle.Bundle;
import io.bulkhead.bundle.BundleRequest;
import io.bulkhead.bundle.HostFiles;
import io.bulkhead.bundle.MountedAt;
import io.bulkhead.bundle.Undo;
import io.bulkhead.container.Container.MountPoint;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.image.Image;
import io.bulkhead.kernel.Fd;
import io.bulkhead.kernel.SeqPacketSocket;
import io.bulkhead.network.Attachment;
import io.bulkhead.runtime.Conmon;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IoSpec;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.StorageSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts a container: namespaces, network, root file system, monitor, runtime, and then its program. Every step that
/// changes the host registers its undoing before the next; a start that fails leaves nothing behind but its reason.
///
/// To be called in the container's turn.
final class Starter {

    private final Host host;
    private final Index index;
    private final Recorders recorders;
    private final VolumeOwners volumeOwners;

    Starter(Host host, Index index, Recorders recorders) {
        this.host = host;
        this.index = index;
        this.recorders = recorders;
        this.volumeOwners = new VolumeOwners(host, index);
    }

    /// @return the run, which is stored and whose program has begun
    /// @throws EngineException after taking everything back
    Run start(Life life) {
        Progress before = life.progress();
        Progress starting = before.starting(host.bootId());
        var undo = new Undo();
        // Stored before the monitor is started: what is made until then goes with the daemon or is swept.
        try (var noted = Meanwhile.doing(() -> noted(life, starting))) {
            Run run = begin(life, noted, undo);
            undo.forget();
            return run;
        } catch (RuntimeException failure) {
            undo.unwind(failure);
            life.runs(Optional.empty());
            life.takePending().forEach(PendingStream::abandon);
            throw failed(life, before, failure, host.facts().name());
        }
    }

    private static Progress noted(Life life, Progress progress) {
        life.record(progress);
        return progress;
    }

    /// Nothing of the start is left on the host, so that is what is shown even if it cannot be stored.
    private static RuntimeException failed(Life life, Progress before, RuntimeException failure, String runtime) {
        RuntimeException thrown = PolicyHint.added(
                Failures.translated(failure, life.spec().process().args()),
                life.spec().isolation(),
                runtime);
        Progress after = before.failed(Failures.exitCode(thrown), String.valueOf(thrown.getMessage()));
        try {
            life.record(after);
        } catch (EngineException unstored) {
            thrown.addSuppressed(unstored);
            life.show(after);
        }
        return thrown;
    }

    private Run begin(Life life, Meanwhile<Progress> noted, Undo undo) {
        clearLeftovers(life);
        clearRunDirectory(life, undo);
        try (var namespaces = StartNamespaces.make(life.spec(), life.idMaps(), index);
                var network = NetworkAttachment.begin(host.networks(), life, namespaces, undo)) {
            Run run = createAndBegin(life, namespaces, network, noted, undo);
            keepMountPoint(life);
            return run;
        }
    }

    private Run createAndBegin(
            Life life,
            StartNamespaces namespaces,
            Meanwhile<Optional<Attachment>> network,
            Meanwhile<Progress> noted,
            Undo undo) {
        try (Bundle bundle = Bundle.prepare(request(life, namespaces))) {
            Progress _ = noted.await();
            undo.add(() -> host.runtime().delete(life.id()));
            undo.add(HostNull::takeBack);
            var started = host.monitor().create(life.id(), life.spec().name().value(), streams(life));
            HostNull.takeBack();
            Run run = Run.of(host.bootId(), started.monitor(), started.process());
            undo.add(run::finish);
            undo.add(run::killAll);
            Optional<Attachment> attachment = network.await();
            writeHosts(life, attachment);
            connect(life, run.audience());
            undo.add(() -> recorders.end(life.id()));
            recorders.begin(life, run);
            // Stored before the program begins, so that whatever began is known to whoever looks after a crash.
            life.record(life.progress()
                    .running(
                            run.processes(),
                            Instant.now(host.clock()),
                            attachment,
                            mountPoints(bundle),
                            bundle.warnings()));
            host.runtime().start(life.id());
            life.runs(Optional.of(run));
            return run;
        }
    }

    /// runc changes to this directory before it runs something further in a container, though nothing is mounted there
    /// any more.
    private static void keepMountPoint(Life life) {
        try {
            Files.createDirectory(life.bundle().resolve("rootfs"));
        } catch (IOException failure) {
            throw new EngineException(Reason.STORAGE, "the mount point cannot be kept: " + failure, failure);
        }
    }

    /// What could not be taken back at the end of the last run.
    private void clearLeftovers(Life life) {
        host.runtime().delete(life.id());
        host.networks().detach(life.id());
    }

    private void clearRunDirectory(Life life, Undo undo) {
        Path directory = life.bundle();
        removeRunDirectory(life);
        try {
            Files.createDirectory(directory);
            undo.add(() -> removeRunDirectory(life));
            Files.createDirectory(
                    life.exitDirectory(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException failure) {
            throw new EngineException(
                    Reason.STORAGE, "the run directory " + directory + " cannot be made: " + failure, failure);
        }
    }

    static void removeRunDirectory(Life life) {
        if (Files.exists(life.bundle())) {
            EngineDirectories.removeTree(life.bundle());
        }
    }

    private BundleRequest request(Life life, StartNamespaces namespaces) {
        return new BundleRequest(
                life.spec(),
                life.bundle(),
                life.storage(),
                host.images().layerDirectories(image(life.spec())),
                namespaces.user(),
                life.idMaps(),
                namespaces.network(),
                namespaces.joined(),
                namespaces.sharedMemory(),
                volumes(life, namespaces.user()),
                host.ownership(),
                host.cgroupPath(life),
                recorders.needsLoggingFilter(life) ? host.facts().recordingByFilter() : host.facts());
    }

    private Image image(ContainerSpec spec) {
        return host.images()
                .find(spec.imageId().toString())
                .orElseThrow(() -> new EngineException(
                        Reason.NOT_FOUND, "the image " + spec.imageName() + " of the container is gone"));
    }

    private Map<String, Path> volumes(Life life, Optional<Fd> userNamespace) {
        ContainerSpec spec = life.spec();
        ChangedVolumes.requireStillOwn(spec, life.definition().created(), index.all());
        var volumes = new HashMap<String, Path>();
        for (StorageSpec.Mount mount : spec.storage().mounts()) {
            if (mount instanceof StorageSpec.Mount.Volume volume) {
                volumeOwners.settle(life, userNamespace, volume);
                volumes.put(
                        volume.name(),
                        host.volumes()
                                .find(volume.name())
                                .orElseThrow(() -> new EngineException(
                                        Reason.NOT_FOUND, "the volume " + volume.name() + " is gone"))
                                .data());
            }
        }
        return volumes;
    }

    private Conmon.Streams streams(Life life) {
        ContainerSpec spec = life.spec();
        IoSpec io = spec.io();
        return new Conmon.Streams(
                life.bundle(),
                life.exitDirectory(),
                spec.log().driver().equals("none") ? Optional.empty() : Optional.of(life.log()),
                LogLimit.of(spec.log(), host.settings().logLimit()),
                io.tty(),
                io.tty() || (io.openStdin() && !io.stdinOnce()));
    }

    /// Clients that attached before the start get all output, since the program has not begun. A container without
    /// standard input gets its end at once: the monitor gives every container a pipe.
    private void connect(Life life, Audience audience) {
        IoSpec io = life.spec().io();
        for (PendingStream pending : life.takePending()) {
            var stream = audience.connect(life.attachSocket(), io.tty(), pending.input());
            if (!pending.begin(stream)) {
                stream.close();
            }
        }
        if (!io.openStdin() && !io.tty()) {
            try (var nobody = SeqPacketSocket.connect(life.attachSocket())) {
                nobody.shutdownOutput();
            }
        }
    }

    private static void writeHosts(Life life, Optional<Attachment> attachment) {
        if (!(life.spec().network().mode() instanceof NetworkSpec.Mode.Host)) {
            attachment.ifPresent(at -> HostFiles.in(life.storage(), life.spec()).writeHosts(List.of(at.address())));
        }
    }

    private static List<MountPoint> mountPoints(Bundle bundle) {
        return bundle.mounts().stream().map(Starter::mountPoint).toList();
    }

    private static MountPoint mountPoint(MountedAt mount) {
        return new MountPoint(
                mount.type(),
                mount.name(),
                mount.source(),
                mount.destination(),
                mount.type().equals("volume") ? "local" : "",
                mount.options(),
                mount.writable(),
                mount.propagation());
    }
}
