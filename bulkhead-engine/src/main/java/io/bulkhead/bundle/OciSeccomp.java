package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.capability.Capability;
import io.bulkhead.kernel.SyscallTables;
import io.bulkhead.profile.ProfileWriter;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Syscalls;
import io.bulkhead.seccomp.Target;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/// The `linux.seccomp` object. It is left out for a container that somebody asked to be unconfined, and for no other.
final class OciSeccomp {

    /// Refused calls get into the kernel's log only with it.
    private static final String LOG = "SECCOMP_FILTER_FLAG_LOG";

    private OciSeccomp() {}

    /// @param recorded whether the filter has to log what it allows, so that it is known what the container calls
    static Optional<Map<String, Object>> json(
            Confinement confinement, Set<Capability> capabilities, List<String> flagsOfRuntime, boolean recorded) {
        Optional<SeccompProfile> profile = switch (confinement) {
            case Confinement.Unconfined _ -> Optional.empty();
            case Confinement.Canary(var policy) -> Optional.of(resolve(policy, capabilities, ResolvedPolicy::canary));
            case Confinement.Filtered(var policy) ->
                Optional.of(resolve(policy, capabilities, recorded ? ResolvedPolicy::logged : ResolvedPolicy::profile));
        };
        return profile.map(found -> json(found, flagsOfRuntime));
    }

    /// The request was resolved once already, when the container was made; a policy that has become meaningless since
    /// (another machine, another version) starts nothing.
    private static SeccompProfile resolve(
            SyscallPolicy policy, Set<Capability> capabilities, Function<ResolvedPolicy, SeccompProfile> form) {
        try {
            var resolved = ResolvedPolicy.of(policy, Target.of(System.getProperty("os.arch", ""), capabilities));
            requireEnforceable(resolved.profile(), resolved.tables());
            return form.apply(resolved);
        } catch (PolicyException | IllegalArgumentException unusable) {
            throw new BundleException(Reason.UNSUPPORTED, "system call policy: " + unusable.getMessage(), unusable);
        }
    }

    private static Map<String, Object> json(SeccompProfile profile, List<String> flagsOfRuntime) {
        var flags = new LinkedHashSet<>(profile.flags());
        flags.add(LOG);
        flags.retainAll(flagsOfRuntime);
        return ProfileWriter.oci(profile, flags);
    }

    /// Runtimes leave out calls that their libseccomp has no name for. Where everything else is allowed, such a denial
    /// would be lost without a word.
    private static void requireEnforceable(SeccompProfile profile, List<SyscallTable> tables) {
        if (!profile.defaultAction().mayReachKernel()) {
            return;
        }
        SyscallTables known = SyscallTables.ofHost();
        for (SeccompProfile.Rule rule : profile.syscalls()) {
            for (String name : rule.action().mayReachKernel() ? List.<String>of() : rule.names()) {
                for (SyscallTable table : tables) {
                    OptionalInt number = Syscalls.number(table, name);
                    if (number.isPresent()
                            && known.calls(table).noneMatch(call -> call == table.number(number.getAsInt()))) {
                        throw new BundleException(
                                Reason.UNSUPPORTED,
                                rule.origin() + " refuses `" + name + "`, which " + known.source()
                                        + " does not know; use a profile whose defaultAction refuses");
                    }
                }
            }
        }
    }
}
