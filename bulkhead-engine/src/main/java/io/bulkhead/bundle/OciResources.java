package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleRequest.RuntimeFacts;
import io.bulkhead.spec.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The `linux.resources` object. It is written in the words of cgroup v1, which the runtimes translate where the host
/// has v2 (OCI runtime 1.2, config-linux.md "Control groups").
final class OciResources {

    private static final long CPU_PERIOD = 100_000;
    private static final long NANOS = 1_000_000_000L;
    private static final Path SWAP_ACCOUNTING = Path.of("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes");

    private final Resources resources;
    private final RuntimeFacts runtime;
    private final List<String> warnings;

    OciResources(Resources resources, RuntimeFacts runtime, List<String> warnings) {
        this.resources = resources;
        this.runtime = runtime;
        this.warnings = warnings;
    }

    Map<String, Object> json(List<DeviceNode> devices) {
        var json = new LinkedHashMap<String, Object>();
        json.put("devices", allowed(devices));
        putUnlessEmpty(json, "memory", memory());
        putUnlessEmpty(json, "cpu", cpu());
        json.put("pids", Map.of("limit", resources.pids()));
        if (resources.blkioWeight() > 0) {
            json.put("blockIO", Map.of("weight", resources.blkioWeight()));
        }
        return json;
    }

    private Map<String, Object> memory() {
        var memory = new LinkedHashMap<String, Object>();
        put(memory, "limit", resources.memory());
        put(memory, "reservation", resources.memoryReservation());
        put(memory, "swap", swap());
        if (resources.oomKillDisable()) {
            if (runtime.cgroupVersion() == 1) {
                memory.put("disableOOMKiller", true);
            } else {
                warnings.add("--oom-kill-disable does nothing: the host's cgroup v2 has no such switch");
            }
        }
        return memory;
    }

    /// As Docker: as much swap again as memory, unless something else was said.
    private OptionalLong swap() {
        OptionalLong swap = resources.memorySwap();
        if (swap.orElse(0) == 0) {
            swap = resources.memory().isPresent()
                    ? OptionalLong.of(2 * resources.memory().getAsLong())
                    : OptionalLong.empty();
        }
        if (swap.isPresent() && runtime.cgroupVersion() == 1 && !Files.exists(SWAP_ACCOUNTING)) {
            if (resources.memorySwap().isPresent()) {
                warnings.add("the kernel does not limit swap (swapaccount=1 is missing): memory is limited, swap not");
            }
            return OptionalLong.empty();
        }
        return swap;
    }

    private Map<String, Object> cpu() {
        var cpu = new LinkedHashMap<String, Object>();
        put(cpu, "shares", resources.cpuShares());
        if (resources.nanoCpus().isPresent()) {
            cpu.put("period", CPU_PERIOD);
            cpu.put("quota", Math.multiplyExact(resources.nanoCpus().getAsLong(), CPU_PERIOD) / NANOS);
        } else {
            put(cpu, "period", resources.cpuPeriod());
            put(cpu, "quota", resources.cpuQuota());
        }
        if (!resources.cpusetCpus().isEmpty()) {
            cpu.put("cpus", resources.cpusetCpus());
        }
        if (!resources.cpusetMems().isEmpty()) {
            cpu.put("mems", resources.cpusetMems());
        }
        return cpu;
    }

    /// Nothing, then what every container has, then what was asked for. Making nodes is allowed by Docker and means
    /// nothing in a user namespace; here it is not.
    private static List<Map<String, Object>> allowed(List<DeviceNode> devices) {
        var rules = new ArrayList<Map<String, Object>>();
        rules.add(Map.of("allow", false, "access", "rwm"));
        for (DeviceNode device : DeviceNode.DEFAULTS) {
            rules.add(device.rule());
        }
        devices.forEach(device -> rules.add(device.rule()));
        return rules;
    }

    private static void put(Map<String, Object> json, String key, OptionalLong value) {
        if (value.isPresent() && value.getAsLong() != 0) {
            json.put(key, value.getAsLong());
        }
    }

    private static void putUnlessEmpty(Map<String, Object> json, String key, Map<String, Object> value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }
}
