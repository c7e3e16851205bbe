package io.bulkhead.dockerapi.show;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `HostConfig` of an inspected container, rebuilt from the spec: what is in force, in the words that ask for it.
final class HostConfigFields {

    /// What is hidden from a container by default, as inspect shows it (the bundle decides).
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private HostConfigFields() {}

    static Map<String, @Nullable Object> of(ContainerSpec spec) {
        var fields = Json.object(
                "Binds", ConfigFields.nullIfEmpty(MountSpellings.binds(spec.storage())),
                "ContainerIDFile", "",
                "LogConfig",
                        Json.object(
                                "Type",
                                spec.log().driver(),
                                "Config",
                                new TreeMap<>(spec.log().options())),
                "NetworkMode", spec.network().mode().spelling(),
                "PortBindings", portBindings(spec.network()),
                "RestartPolicy",
                        Json.object(
                                "Name", spec.restart().condition().spelling(),
                                "MaximumRetryCount", spec.restart().maximumRetries()),
                "AutoRemove", spec.autoRemove(),
                "VolumeDriver", "",
                "VolumesFrom", null,
                "ConsoleSize", List.of(0, 0));
        List<Object> mounts = MountSpellings.mounts(spec.storage());
        if (!mounts.isEmpty()) {
            fields.put("Mounts", mounts);
        }
        Map<String, String> tmpfs = MountSpellings.tmpfs(spec.storage());
        if (!tmpfs.isEmpty()) {
            fields.put("Tmpfs", tmpfs);
        }
        network(spec.network(), fields);
        isolation(spec, fields);
        resources(spec.resources(), fields);
        return fields;
    }

    private static void network(NetworkSpec network, Map<String, @Nullable Object> fields) {
        fields.putAll(Json.object(
                "Dns", network.dns(),
                "DnsOptions", network.dnsOptions(),
                "DnsSearch", network.dnsSearch(),
                "ExtraHosts", ConfigFields.nullIfEmpty(network.extraHosts()),
                "Links", null,
                "PublishAllPorts", network.publishAll()));
    }

    private static Map<String, Object> portBindings(NetworkSpec network) {
        var bindings = new TreeMap<String, List<Object>>();
        for (var port : network.published()) {
            bindings.computeIfAbsent(port.port().toString(), _ -> new ArrayList<>())
                    .add(Json.object(
                            "HostIp",
                            port.hostAddress(),
                            "HostPort",
                            port.hostPort() == 0 ? "" : Integer.toString(port.hostPort())));
        }
        return new TreeMap<>(bindings);
    }

    private static void isolation(ContainerSpec spec, Map<String, @Nullable Object> fields) {
        IsolationSpec isolation = spec.isolation();
        fields.putAll(Json.object(
                "CapAdd", ConfigFields.nullIfEmpty(isolation.capAdd()),
                "CapDrop", ConfigFields.nullIfEmpty(isolation.capDrop()),
                "CgroupnsMode", mode(isolation.cgroup(), "private"),
                "GroupAdd", ConfigFields.nullIfEmpty(spec.process().additionalGroups()),
                "IpcMode", mode(isolation.ipc(), "private"),
                "Cgroup", "",
                "PidMode", mode(isolation.pid(), ""),
                "Privileged", isolation.privileged(),
                "ReadonlyRootfs", isolation.readOnlyRootfs(),
                "SecurityOpt", ConfigFields.nullIfEmpty(isolation.securityOpt()),
                "UTSMode", mode(isolation.uts(), ""),
                "UsernsMode", isolation.userns() instanceof UsernsMode.Host ? "host" : "",
                "Runtime", "",
                "Isolation", "",
                "Init", spec.process().init(),
                "CgroupParent", isolation.cgroupParent(),
                "Devices",
                        isolation.devices().stream()
                                .map(device -> Json.object(
                                        "PathOnHost", device.hostPath(),
                                        "PathInContainer", device.containerPath(),
                                        "CgroupPermissions", device.access()))
                                .toList(),
                "DeviceCgroupRules", null,
                "DeviceRequests", null,
                "MaskedPaths", isolation.maskedPaths() ? MASKED : List.of(),
                "ReadonlyPaths", isolation.maskedPaths() ? READ_ONLY : List.of()));
        if (!isolation.sysctls().isEmpty()) {
            fields.put("Sysctls", new TreeMap<>(isolation.sysctls()));
        }
    }

    private static String mode(NamespaceMode mode, String own) {
        return switch (mode) {
            case NamespaceMode.Private _ -> own;
            case NamespaceMode.Host _ -> "host";
            case NamespaceMode.Container(var id) -> "container:" + id;
        };
    }

    private static void resources(Resources resources, Map<String, @Nullable Object> fields) {
        fields.putAll(Json.object(
                "OomScoreAdj", resources.oomScoreAdj(),
                "ShmSize", resources.shmSize(),
                "CpuShares", resources.cpuShares().orElse(0),
                "Memory", resources.memory().orElse(0),
                "NanoCpus", resources.nanoCpus().orElse(0),
                "BlkioWeight", resources.blkioWeight(),
                "BlkioWeightDevice", List.of(),
                "BlkioDeviceReadBps", List.of(),
                "BlkioDeviceWriteBps", List.of(),
                "BlkioDeviceReadIOps", List.of(),
                "BlkioDeviceWriteIOps", List.of(),
                "CpuPeriod", resources.cpuPeriod().orElse(0),
                "CpuQuota", resources.cpuQuota().orElse(0),
                "CpuRealtimePeriod", 0,
                "CpuRealtimeRuntime", 0,
                "CpusetCpus", resources.cpusetCpus(),
                "CpusetMems", resources.cpusetMems(),
                "MemoryReservation", resources.memoryReservation().orElse(0),
                "MemorySwap", resources.memorySwap().orElse(0),
                "MemorySwappiness", null,
                "OomKillDisable", resources.oomKillDisable(),
                "PidsLimit", resources.pids(),
                "Ulimits",
                        resources.ulimits().stream()
                                .map(ulimit -> Json.object(
                                        "Name", ulimit.name(), "Hard", ulimit.hard(), "Soft", ulimit.soft()))
                                .toList(),
                "CpuCount", 0,
                "CpuPercent", 0,
                "IOMaximumIOps", 0,
                "IOMaximumBandwidth", 0));
    }
}
