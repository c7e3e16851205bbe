package io.bulkhead.dockerapi.create;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.name.Names;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What becomes of fields the API has and the engine has no use for. There are two lists and no third way: a field that
/// cannot matter is left out, a field that would matter may only have its default value; every other field that no
/// record has is refused when the record is decoded. Paths name fields, `*` stands for any key or index.
final class FieldRules {

    /// Fields that neither loosen nor tighten anything here, with the reason.
    private static final Map<String, String> IGNORED = Map.ofEntries(
            Map.entry("OnBuild", "for builds"),
            Map.entry("ArgsEscaped", "Windows only"),
            Map.entry("HostConfig.ContainerIDFile", "written by the client"),
            Map.entry("HostConfig.ConsoleSize", "the client resizes right after the start"),
            Map.entry("HostConfig.Mounts.*.Consistency", "macOS only"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.NetworkID", "reported by the engine"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.EndpointID", "reported by the engine"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.Gateway", "reported by the engine"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.IPAddress", "reported by the engine"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.IPPrefixLen", "reported by the engine"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.IPv6Gateway", "reported by the engine"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.GlobalIPv6Address", "reported by the engine"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.GlobalIPv6PrefixLen", "reported by the engine"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.DNSNames", "reported by the engine"));

    private static final String PER_DEVICE = "limits per device are not there yet; BlkioWeight is";
    private static final String REALTIME = "real-time scheduling is not there yet; CpuShares and NanoCpus are";
    private static final String WINDOWS = "it limits Windows containers only";
    private static final String GONE = "Docker removed it";

    /// Fields that would matter, with what to do instead.
    private static final Map<String, String> DEFAULT_ONLY = Map.ofEntries(
            Map.entry("PortSpecs", GONE),
            Map.entry("HostConfig.Annotations", "annotations steer the OCI runtime (run.oci.*); use Labels"),
            Map.entry("HostConfig.Links", "give both containers one network and NetworkingConfig aliases"),
            Map.entry("HostConfig.Cgroup", GONE),
            Map.entry("HostConfig.Capabilities", "use CapAdd and CapDrop"),
            Map.entry("HostConfig.BlkioWeightDevice", PER_DEVICE),
            Map.entry("HostConfig.BlkioDeviceReadBps", PER_DEVICE),
            Map.entry("HostConfig.BlkioDeviceWriteBps", PER_DEVICE),
            Map.entry("HostConfig.BlkioDeviceReadIOps", PER_DEVICE),
            Map.entry("HostConfig.BlkioDeviceWriteIOps", PER_DEVICE),
            Map.entry("HostConfig.CpuRealtimePeriod", REALTIME),
            Map.entry("HostConfig.CpuRealtimeRuntime", REALTIME),
            Map.entry("HostConfig.DeviceCgroupRules", "name each device in Devices"),
            Map.entry("HostConfig.DeviceRequests", "name each device in Devices"),
            Map.entry("HostConfig.KernelMemory", GONE),
            Map.entry("HostConfig.KernelMemoryTCP", GONE),
            Map.entry("HostConfig.MemorySwappiness", "the kernel has no such setting per container any more"),
            Map.entry("HostConfig.StorageOpt", "the container's layer has no quota yet"),
            Map.entry("HostConfig.DiskQuota", "the container's layer has no quota yet"),
            Map.entry("HostConfig.LxcConf", GONE),
            Map.entry("HostConfig.CpuCount", WINDOWS),
            Map.entry("HostConfig.CpuPercent", WINDOWS),
            Map.entry("HostConfig.IOMaximumIOps", WINDOWS),
            Map.entry("HostConfig.IOMaximumBandwidth", WINDOWS),
            Map.entry("HostConfig.Mounts.*.ImageOptions", "mounting images is not there yet"),
            Map.entry("HostConfig.Mounts.*.ClusterOptions", "there is no cluster"),
            Map.entry("HostConfig.Mounts.*.BindOptions.NonRecursive", "binds are recursive"),
            Map.entry("HostConfig.Mounts.*.BindOptions.ReadOnlyNonRecursive", "read-only covers every mount below"),
            Map.entry("HostConfig.Mounts.*.BindOptions.ReadOnlyForceRecursive", "it cannot be promised yet"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.Links", "use Aliases"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.DriverOpts", "the bridge has no driver options"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.GwPriority", "a container has one network"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.IPAMConfig.IPv6Address", "networks have no IPv6 yet"),
            Map.entry("NetworkingConfig.EndpointsConfig.*.IPAMConfig.LinkLocalIPs", "networks have none yet"));

    static final FieldRules CREATE = new FieldRules(IGNORED, DEFAULT_ONLY);

    /// For `POST /containers/{id}/update`, whose limits are not below `HostConfig`.
    static final FieldRules UPDATE = new FieldRules(Map.of(), updateRules());

    private final Map<String, String> ignored;
    private final Map<String, String> defaultOnly;

    private FieldRules(Map<String, String> ignored, Map<String, String> defaultOnly) {
        this.ignored = ignored;
        this.defaultOnly = defaultOnly;
    }

    private static Map<String, String> updateRules() {
        var rules = new HashMap<String, String>();
        String prefix = "HostConfig.";
        DEFAULT_ONLY.forEach((path, reason) -> {
            if (path.startsWith(prefix) && !path.contains("*")) {
                rules.put(path.substring(prefix.length()), reason);
            }
        });
        for (String fixed : List.of("CgroupParent", "Devices", "Ulimits", "Init")) {
            rules.put(fixed, "it is fixed when the container is made");
        }
        return Map.copyOf(rules);
    }

    /// The tree without what may be left out.
    ///
    /// @throws EngineException INVALID, naming a field whose value asks for something the engine does not do
    JsonNode applyTo(JsonNode tree) {
        walk(tree, "", "");
        return tree;
    }

    private void walk(JsonNode node, String rule, String path) {
        if (node instanceof ObjectNode object) {
            for (String name : Set.copyOf(object.propertyNames())) {
                field(object, name, join(rule, ruleName(rule, name)), join(path, name));
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), join(rule, "*"), path + "[" + i + "]");
            }
        }
    }

    /// Networks are keys of the caller's choice; no other name with a dot in it may pass for a path of the rules.
    private static String ruleName(String rule, String name) {
        if (rule.equals("NetworkingConfig.EndpointsConfig")) {
            return "*";
        }
        return name.contains(".") ? "?" : name;
    }

    private void field(ObjectNode object, String name, String rule, String path) {
        JsonNode value = object.path(name);
        String instead = defaultOnly.get(rule);
        if (ignored.containsKey(rule)) {
            object.remove(name);
        } else if (instead != null) {
            requireDefault(value, path, instead);
            object.remove(name);
        } else {
            walk(value, rule, path);
        }
    }

    private static void requireDefault(JsonNode value, String path, String instead) {
        boolean unset = value.isNull()
                || (value.isContainer() && value.isEmpty())
                || (value.isString() && value.stringValue().isEmpty())
                || (value.isBoolean() && !value.booleanValue())
                || (value.isIntegralNumber() && isDefault(value.bigIntegerValue(), path));
        if (!unset) {
            throw new EngineException(
                    Reason.INVALID, Names.shown(path) + " is not supported: " + instead + "; leave it out");
        }
    }

    /// The client spells the default of `MemorySwappiness` -1.
    private static boolean isDefault(BigInteger value, String path) {
        return value.signum() == 0 || (path.endsWith("MemorySwappiness") && value.equals(BigInteger.ONE.negate()));
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
