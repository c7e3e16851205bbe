package io.bulkhead.dockerapi.create;

import io.bulkhead.capability.Capability;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// `CapAdd` and `CapDrop` over the default, as Docker applies them (moby, oci/caps `TweakCapabilities`), except that a
/// dropped capability stays dropped in a privileged container too: somebody wrote it down.
final class CapabilitySet {

    private CapabilitySet() {}

    static Set<Capability> of(List<String> add, List<String> drop, boolean privileged) {
        Set<Capability> added = named("HostConfig.CapAdd", add);
        Set<Capability> dropped = named("HostConfig.CapDrop", drop);
        if (privileged || hasAll(add)) {
            var all = EnumSet.allOf(Capability.class);
            all.removeAll(dropped);
            if (hasAll(drop)) {
                all.retainAll(added);
            }
            return all;
        }
        if (hasAll(drop)) {
            return added;
        }
        var capabilities = EnumSet.copyOf(Capability.DEFAULTS);
        capabilities.removeAll(dropped);
        capabilities.addAll(added);
        return capabilities;
    }

    private static boolean hasAll(List<String> names) {
        return names.stream().anyMatch(CapabilitySet::isAll);
    }

    private static boolean isAll(String name) {
        return name.equalsIgnoreCase("ALL") || name.equalsIgnoreCase("CAP_ALL");
    }

    private static Set<Capability> named(String field, List<String> names) {
        var capabilities = EnumSet.noneOf(Capability.class);
        for (String name : names) {
            if (!isAll(name)) {
                capabilities.add(
                        Capability.parse(name).orElseThrow(() -> Invalid.value(field, name, "unknown capability")));
            }
        }
        return capabilities;
    }
}
