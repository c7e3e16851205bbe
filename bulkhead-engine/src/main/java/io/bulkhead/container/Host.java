package io.bulkhead.container;

import io.bulkhead.bundle.BundleRequest.RuntimeFacts;
import io.bulkhead.image.Images;
import io.bulkhead.kernel.Mounts;
import io.bulkhead.network.Networks;
import io.bulkhead.ownership.Ownership;
import io.bulkhead.runtime.Cgroup;
import io.bulkhead.runtime.CgroupHost;
import io.bulkhead.runtime.Conmon;
import io.bulkhead.runtime.OciRuntime;
import io.bulkhead.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// What containers are made with: the engine's other parts, and what was found on the host.
record Host(
        EngineSettings settings,
        Images images,
        Volumes volumes,
        Networks networks,
        Events events,
        OciRuntime runtime,
        Conmon monitor,
        CgroupHost cgroups,
        RuntimeFacts facts,
        Ownership ownership,
        String bootId,
        Clock clock) {

    private static final List<Path> INITS = List.of(
            Path.of("/usr/bin/catatonit"),
            Path.of("/usr/libexec/podman/catatonit"),
            Path.of("/usr/bin/tini-static"),
            Path.of("/usr/bin/docker-init"));

    /// Asks the programs of the host what they are and can.
    static Host probe(
            EngineSettings settings, Images images, Volumes volumes, Networks networks, Events events, Clock clock) {
        // Both answer only when a program has run, so they run side by side.
        var found = new FutureTask<>(() -> Conmon.probe(settings.monitorBinary()));
        Thread.startVirtualThread(found);
        OciRuntime runtime = OciRuntime.probe(
                settings.runtime(), settings.runtimeBinary(), settings.run().resolve("oci"));
        Conmon monitor = result(found).driving(runtime);
        CgroupHost cgroups = CgroupHost.detect();
        var facts = new RuntimeFacts(
                runtime.kind().program(),
                runtime.seccompFlags(),
                cgroups.version(),
                INITS.stream().filter(Files::isExecutable).findFirst(),
                Mounts.idmapSupported(settings.state()),
                false);
        var ownership = Ownership.open(settings.state().resolve("ownership"), settings.state(), clock);
        return new Host(
                settings,
                images,
                volumes,
                networks,
                events,
                runtime,
                monitor,
                cgroups,
                facts,
                ownership,
                readBootId(),
                clock);
    }

    private static Conmon.Found result(FutureTask<Conmon.Found> probe) {
        try {
            return probe.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new EngineException(EngineException.Reason.RUNTIME_FAILED, "interrupted while the monitor was asked");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(failed);
        }
    }

    private static String readBootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException failure) {
            throw new EngineException(EngineException.Reason.STORAGE, "the kernel's boot id cannot be read", failure);
        }
    }

    /// @param recording how calls are recorded
    EngineInfo info(String recording) {
        return new EngineInfo(
                runtime.kind().program(),
                runtime.version(),
                monitor.version(),
                facts.cgroupVersion(),
                facts.idmappedLayers(),
                recording);
    }

    /// Explicit, since the runtimes' default is below the caller's own group.
    String cgroupPath(Life life) {
        String parent = life.spec().isolation().cgroupParent();
        return (parent.isEmpty() ? settings.cgroup() : parent) + "/" + life.id();
    }

    Cgroup cgroup(Life life) {
        return cgroups.cgroup(cgroupPath(life));
    }
}
