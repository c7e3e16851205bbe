package io.bulkhead.dockerapi.create;

import io.bulkhead.seccomp.Confinement;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.List;

/// What a caller who knows Docker should be told about a spec: where the same words do less, or something else, here.
public final class SpecWarnings {

    private SpecWarnings() {}

    public static List<String> of(ContainerSpec spec) {
        var warnings = new ArrayList<String>();
        if (spec.isolation().privileged()) {
            warnings.add("privileged gives all capabilities and unmasked paths; the seccomp filter, the user namespace "
                    + "and the SELinux label stay, and no device is added. To loosen those too: seccomp=unconfined, "
                    + "userns host, label=disable, Devices");
        }
        if (spec.isolation().confinement() instanceof Confinement.Canary) {
            warnings.add("seccomp:canary refuses no system call: what the policy would refuse runs, and is told by "
                    + "`bulkhead denials`");
        }
        boolean noPorts = spec.network().mode() instanceof NetworkSpec.Mode.Host;
        if (noPorts && !spec.network().published().isEmpty()) {
            warnings.add("Published ports are discarded when using host network mode");
        }
        if (spec.resources().oomKillDisable() && spec.resources().memory().isEmpty()) {
            warnings.add("OOM killer is disabled for the container, but no memory limit is set, this can result in the "
                    + "system running out of resources");
        }
        if (spec.log().options().containsKey("max-file")) {
            warnings.add("max-file has no effect: one log file of max-size is kept");
        }
        return List.copyOf(warnings);
    }
}
