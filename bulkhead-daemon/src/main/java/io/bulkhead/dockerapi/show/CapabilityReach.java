package io.bulkhead.dockerapi.show;

import io.bulkhead.capability.Capability;
import io.bulkhead.capability.Reach;
import io.bulkhead.container.Container;
import io.bulkhead.container.Posture;
import io.bulkhead.spec.NetworkSpec;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the capabilities of a container really give it, by their names.
public final class CapabilityReach {

    private CapabilityReach() {}

    /// Of a container as it was asked for.
    static Map<String, String> of(Container container) {
        boolean ownNetwork = !(container.spec().network().mode() instanceof NetworkSpec.Mode.Host);
        return of(
                container.spec().isolation().capabilities(),
                container.idMaps().isPresent(),
                hostIds(container),
                ownNetwork);
    }

    /// Of a running container as the kernel holds it.
    public static Map<String, String> of(Container container, Posture posture) {
        long effective = Long.parseUnsignedLong(posture.capabilities().getOrDefault("CapEff", "0"), 16);
        var capabilities = EnumSet.noneOf(Capability.class);
        Capability[] inOrder = Capability.values();
        for (int bit = 0; bit < inOrder.length; bit++) {
            if ((effective >>> bit & 1) == 1) {
                capabilities.add(inOrder[bit]);
            }
        }
        return of(
                capabilities,
                posture.namespaces().containsKey("user"),
                hostIds(container),
                posture.namespaces().containsKey("net"));
    }

    private static boolean hostIds(Container container) {
        return !container.spec().isolation().userns().hostIds().isEmpty();
    }

    private static Map<String, String> of(
            Set<Capability> capabilities, boolean ownUsers, boolean hostIds, boolean ownNetwork) {
        var reach = new TreeMap<String, String>();
        capabilities.forEach(capability -> reach.put(
                capability.name(),
                Reach.of(capability, ownUsers, hostIds, ownNetwork).spelling()));
        return reach;
    }
}
