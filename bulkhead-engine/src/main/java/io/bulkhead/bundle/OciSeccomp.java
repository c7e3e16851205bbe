package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.Target;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The `linux.seccomp` object. It is left out for a container that somebody asked to be unconfined, and for no other.
final class OciSeccomp {

    /// Refused calls get into the kernel's log only with it.
    private static final String LOG = "SECCOMP_FILTER_FLAG_LOG";

    private OciSeccomp() {}

    static Optional<Map<String, Object>> json(
            Confinement confinement, Set<Capability> capabilities, List<String> flagsOfRuntime) {
        return switch (confinement) {
            case Confinement.Unconfined _ -> Optional.empty();
            case Confinement.Filtered(var policy) -> Optional.of(json(resolve(policy, capabilities), flagsOfRuntime));
        };
    }

    /// The request was resolved once already, when the container was made; a policy that has become meaningless since
    /// (another machine, another version) starts nothing.
    private static SeccompProfile resolve(SyscallPolicy policy, Set<Capability> capabilities) {
        try {
            return ResolvedPolicy.of(policy, Target.of(System.getProperty("os.arch", ""), capabilities))
                    .profile();
        } catch (PolicyException | IllegalArgumentException unusable) {
            throw new BundleException(Reason.UNSUPPORTED, "system call policy: " + unusable.getMessage(), unusable);
        }
    }

    private static Map<String, Object> json(SeccompProfile profile, List<String> flagsOfRuntime) {
        var flags = new LinkedHashSet<>(profile.flags());
        flags.add(LOG);
        flags.retainAll(flagsOfRuntime);
        var json = new LinkedHashMap<String, Object>();
        json.put("defaultAction", profile.defaultAction().name());
        profile.defaultErrnoRet().ifPresent(errno -> json.put("defaultErrnoRet", errno));
        json.put("architectures", profile.architectures());
        // Older runtimes refuse even an empty list.
        if (!flags.isEmpty()) {
            json.put("flags", flags);
        }
        json.put("syscalls", profile.syscalls().stream().map(OciSeccomp::rule).toList());
        return json;
    }

    private static Map<String, Object> rule(SeccompProfile.Rule rule) {
        var json = new LinkedHashMap<String, Object>();
        json.put("names", rule.names());
        json.put("action", rule.action().name());
        rule.errnoRet().ifPresent(errno -> json.put("errnoRet", errno));
        var args = new ArrayList<Map<String, Object>>();
        for (SeccompProfile.Argument argument : rule.args()) {
            args.add(Map.of(
                    "index",
                    argument.index(),
                    "value",
                    unsigned(argument.value()),
                    "valueTwo",
                    unsigned(argument.valueTwo()),
                    "op",
                    argument.op().name()));
        }
        if (!args.isEmpty()) {
            json.put("args", args);
        }
        return json;
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
