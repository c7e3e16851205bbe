package io.bulkhead.dockerapi.system;

import io.bulkhead.container.Container;
import io.bulkhead.container.EngineInfo;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.HostFacts;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Release;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.name.Names;
import io.bulkhead.sink.SinkStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer to `GET /info`: everything `docker info` prints.
final class InfoAnswer {

    private static final String NONE = "";

    private final Backend backend;
    private final EngineInfo engine;
    private final Seen seen;

    InfoAnswer(Backend backend, Seen seen) {
        this.seen = seen;
        this.backend = backend;
        this.engine = backend.containers().info();
    }

    Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = Json.object("ID", backend.host().id());
        fields.putAll(counts());
        fields.putAll(storage());
        fields.putAll(limits());
        fields.putAll(host());
        fields.putAll(parts());
        fields.putAll(settings());
        return fields;
    }

    private Map<String, @Nullable Object> counts() {
        List<Container> all = seen.containers();
        long running = count(all, Container.Status.RUNNING);
        long paused = count(all, Container.Status.PAUSED);
        return Json.object(
                "Containers",
                all.size(),
                "ContainersRunning",
                running,
                "ContainersPaused",
                paused,
                "ContainersStopped",
                all.size() - running - paused,
                "Images",
                seen.images().size());
    }

    private static long count(List<Container> all, Container.Status status) {
        return all.stream().filter(c -> c.state().status() == status).count();
    }

    private Map<String, @Nullable Object> storage() {
        return Json.object(
                "Driver",
                HostFacts.STORAGE_DRIVER,
                "DriverStatus",
                List.of(
                        List.of("Layers", engine.idmappedLayers() ? "shared, idmapped mounts" : "copied per range"),
                        List.of("userxattr", "false")),
                "DockerRootDir",
                backend.dataRoot().toString(),
                "Plugins",
                Json.object(
                        "Volume", List.of("local"),
                        "Network", List.of("bridge", "host", "null"),
                        "Authorization", null,
                        "Log", List.of("json-file")));
    }

    /// What the runtime can limit; the client warns about each that is false.
    private Map<String, @Nullable Object> limits() {
        return Json.object(
                "MemoryLimit", true,
                "SwapLimit", true,
                "KernelMemoryTCP", false,
                "CpuCfsPeriod", true,
                "CpuCfsQuota", true,
                "CPUShares", true,
                "CPUSet", true,
                "PidsLimit", true,
                "OomKillDisable", engine.cgroupVersion() == 1,
                "IPv4Forwarding", true,
                "Debug", false,
                "NFd", 0,
                "NGoroutines", 0,
                "NEventsListener", 0);
    }

    private Map<String, @Nullable Object> host() {
        HostFacts host = backend.host();
        return Json.object(
                "SystemTime", Instant.now(backend.clock()).toString(),
                "LoggingDriver", "json-file",
                "CgroupDriver", "cgroupfs",
                "CgroupVersion", Integer.toString(engine.cgroupVersion()),
                "KernelVersion", host.kernelVersion(),
                "OperatingSystem", host.operatingSystem(),
                "OSVersion", host.osVersion(),
                "OSType", "linux",
                "Architecture", host.architecture(),
                "NCPU", host.cpus(),
                "MemTotal", host.memory(),
                "Name", host.name());
    }

    private Map<String, @Nullable Object> parts() {
        String runtime = engine.runtime();
        return Json.object(
                "ServerVersion", Release.version(),
                "Runtimes", Map.of(runtime, Map.of("path", runtime)),
                "DefaultRuntime", runtime,
                "InitBinary", NONE,
                "ContainerdCommit", Map.of("ID", "none (conmon " + engine.monitorVersion() + ")"),
                "RuncCommit", Map.of("ID", runtime + " " + engine.runtimeVersion()),
                "InitCommit", Map.of("ID", NONE),
                "SecurityOptions",
                        List.of(
                                "name=seccomp,profile=bulkhead-default",
                                "name=userns",
                                // The stock client prints the name, and takes commas for more fields.
                                "name=recording: " + engine.recording().replace(',', ';')),
                "Swarm",
                        Json.object(
                                "NodeID",
                                NONE,
                                "NodeAddr",
                                NONE,
                                "LocalNodeState",
                                "inactive",
                                "ControlAvailable",
                                false,
                                "Error",
                                NONE,
                                "RemoteManagers",
                                null));
    }

    private Map<String, @Nullable Object> settings() {
        return Json.object(
                "IndexServerAddress",
                "https://index.docker.io/v1/",
                "RegistryConfig",
                Map.of("InsecureRegistryCIDRs", List.of(), "IndexConfigs", Map.of(), "Mirrors", List.of()),
                "GenericResources",
                null,
                "HttpProxy",
                NONE,
                "HttpsProxy",
                NONE,
                "NoProxy",
                NONE,
                "Labels",
                List.of(),
                "ExperimentalBuild",
                false,
                // Containers always outlive the daemon.
                "LiveRestoreEnabled",
                true,
                "Isolation",
                NONE,
                "DefaultAddressPools",
                List.of(),
                "CDISpecDirs",
                List.of(),
                "Warnings",
                warnings());
    }

    private List<String> warnings() {
        var warnings = new ArrayList<String>();
        backend.problems().get().forEach(problem -> warnings.add("WARNING: " + problem));
        if (!engine.idmappedLayers()) {
            warnings.add("WARNING: this kernel or file system has no idmapped mounts: image layers are copied"
                    + " once for every id range");
        }
        if (engine.cgroupVersion() == 1) {
            warnings.add("WARNING: Support for cgroup v1 is deprecated; use cgroup v2");
        }
        backend.audit().sinks().get().stream()
                .filter(sink -> sink.state() == SinkStatus.State.FAILING)
                .forEach(sink -> warnings.add("WARNING: audit sink " + sink.name() + " gets no records: "
                        + Names.shown(sink.problem().orElse("unknown"))));
        long lost = backend.audit().lostOutcomes().getAsLong();
        if (lost > 0) {
            warnings.add("WARNING: how " + lost + " operations ended is not on the audit record: it could not be"
                    + " written");
        }
        return warnings;
    }
}
