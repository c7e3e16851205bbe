package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.NetworkSpec.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The whole `config.json` (OCI runtime 1.2). There are no annotations in it, ever: crun takes orders from some, one
/// of which replaces the system call filter.
final class OciConfig {

    /// The oldest version with everything used here; older runtimes refuse newer ones.
    private static final String VERSION = "1.0.2";

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

    private final BundleRequest request;
    private final ContainerSpec spec;
    private final IsolationSpec isolation;

    OciConfig(BundleRequest request) {
        this.request = request;
        this.spec = request.spec();
        this.isolation = spec.isolation();
    }

    Map<String, Object> json(
            Map<String, Object> process,
            List<OciMount> mounts,
            Map<String, Object> resources,
            List<DeviceNode> devices,
            boolean slaveBinds) {
        var config = new LinkedHashMap<String, Object>();
        config.put("ociVersion", VERSION);
        config.put("process", process);
        config.put(
                "root",
                Map.of(
                        "path",
                        request.directory().resolve("rootfs").toString(),
                        "readonly",
                        isolation.readOnlyRootfs()));
        if (isolation.uts() instanceof NamespaceMode.Private) {
            config.put("hostname", HostFiles.hostname(spec));
            // Runtimes before OCI 1.1 do not know `domainname` and ignore it.
            if (!spec.domainname().isEmpty()) {
                config.put("domainname", spec.domainname());
            }
        }
        config.put("mounts", mounts);
        config.put("linux", linux(resources, devices, slaveBinds));
        return config;
    }

    private Map<String, Object> linux(Map<String, Object> resources, List<DeviceNode> devices, boolean slaveBinds) {
        var linux = new LinkedHashMap<String, Object>();
        linux.put("cgroupsPath", request.cgroupPath());
        linux.put("resources", resources);
        linux.put("namespaces", namespaces());
        request.idMaps().ifPresent(maps -> {
            linux.put("uidMappings", mappings(maps.users()));
            linux.put("gidMappings", mappings(maps.groups()));
        });
        if (request.userNamespace().isEmpty() && !devices.isEmpty()) {
            linux.put("devices", devices.stream().map(DeviceNode::node).toList());
        }
        linux.put("sysctl", sysctls());
        OciSeccomp.json(
                        isolation.confinement(),
                        isolation.capabilities(),
                        request.runtime().seccompFlags(),
                        isolation.recording().isPresent() && request.runtime().recordsByFilter())
                .ifPresent(seccomp -> linux.put("seccomp", seccomp));
        if (isolation.maskedPaths()) {
            linux.put("maskedPaths", MASKED);
            linux.put("readonlyPaths", READ_ONLY);
        }
        if (slaveBinds) {
            linux.put("rootfsPropagation", "slave");
        }
        return linux;
    }

    private List<Map<String, Object>> namespaces() {
        var namespaces = new ArrayList<Map<String, Object>>();
        request.userNamespace().ifPresent(user -> namespaces.add(joined("user", user.path())));
        request.networkNamespace().ifPresent(network -> namespaces.add(joined("network", network.path())));
        namespaces.add(Map.of("type", "mount"));
        add(namespaces, "pid", isolation.pid());
        add(namespaces, "ipc", isolation.ipc());
        add(namespaces, "uts", isolation.uts());
        add(namespaces, "cgroup", isolation.cgroup());
        return namespaces;
    }

    private void add(List<Map<String, Object>> namespaces, String type, NamespaceMode mode) {
        switch (mode) {
            case NamespaceMode.Private _ -> namespaces.add(Map.of("type", type));
            case NamespaceMode.Host _ -> {}
            case NamespaceMode.Container(var id) -> {
                String path = request.joined().get(type);
                if (path == null) {
                    throw new BundleException(
                            Reason.UNSUPPORTED,
                            "container " + id + " does not run: its " + type + " namespace cannot be joined");
                }
                namespaces.add(joined(type, path));
            }
        }
    }

    private static Map<String, Object> joined(String type, String path) {
        return Map.of("type", type, "path", path);
    }

    /// The runtime does not need them for a namespace it joins; runc insists.
    private static List<Map<String, Object>> mappings(IdMap map) {
        return map.lines().stream()
                .map(line -> Map.<String, Object>of(
                        "containerID", line.inside(), "hostID", line.outside(), "size", line.count()))
                .toList();
    }

    /// As Docker, a container may listen on every port of its own network and send pings without a privilege.
    private Map<String, String> sysctls() {
        var sysctls = new LinkedHashMap<String, String>();
        boolean ownNetwork = switch (spec.network().mode()) {
            case Mode.Bridge _, Mode.None _ -> true;
            case Mode.Host _, Mode.Container _ -> false;
        };
        if (ownNetwork && request.networkNamespace().isPresent()) {
            sysctls.put("net.ipv4.ip_unprivileged_port_start", "0");
            sysctls.put("net.ipv4.ping_group_range", pingGroups());
        }
        sysctls.putAll(isolation.sysctls());
        return sysctls;
    }

    /// All groups of the container. Both ends have to be ids that it has, but what lies between is counted by the
    /// host's
    /// ids: `shift:2` has everybody between its 1 and its last id, its 0 included.
    private String pingGroups() {
        List<IdMap.Line> lines = request.idMaps()
                .map(maps -> maps.groups().lines().stream()
                        .filter(line -> line.inside() <= Integer.MAX_VALUE)
                        .sorted(Comparator.comparingLong(IdMap.Line::outside))
                        .toList())
                .orElse(List.of());
        if (lines.isEmpty()) {
            return "0 " + Integer.MAX_VALUE;
        }
        long low = lines.getFirst().inside();
        long high = lastGroup(lines.getLast());
        if (low <= high) {
            return low + " " + high;
        }
        // Root's own group and those with it, where the others' ids are the other way round.
        return lines.stream()
                .filter(line -> line.inside() == 0)
                .findFirst()
                .map(line -> "0 " + lastGroup(line))
                .orElse("1 0");
    }

    private static long lastGroup(IdMap.Line line) {
        return Math.min(line.insideRange().last(), Integer.MAX_VALUE);
    }
}
