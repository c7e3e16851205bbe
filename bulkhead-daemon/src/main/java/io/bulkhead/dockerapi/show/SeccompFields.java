package io.bulkhead.dockerapi.show;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.Refusal;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Target;
import io.bulkhead.spec.IsolationSpec;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The resolved system call policy in `inspect`: what was written, and what it comes to.
final class SeccompFields {

    private SeccompFields() {}

    /// `default`, `profile`, both perhaps `with rules`; `canary of` one of these; or `unconfined`.
    static String word(Confinement confinement) {
        return switch (confinement) {
            case Confinement.Unconfined _ -> "unconfined";
            case Confinement.Canary(var policy) -> "canary of " + word(new Confinement.Filtered(policy));
            case Confinement.Filtered(var policy) ->
                base(policy) + (policy.spelling().isEmpty() ? "" : " with rules");
        };
    }

    private static String base(SyscallPolicy policy) {
        return switch (policy.base()) {
            case SyscallPolicy.Base.Default _ -> "default";
            case SyscallPolicy.Base.Profile _ -> "profile";
        };
    }

    /// Null for a container without a filter.
    static @Nullable Map<String, @Nullable Object> of(IsolationSpec isolation) {
        return switch (isolation.confinement()) {
            case Confinement.Unconfined _ -> null;
            case Confinement.Canary(var policy) -> of(policy, isolation, false);
            case Confinement.Filtered(var policy) -> of(policy, isolation, true);
        };
    }

    private static Map<String, @Nullable Object> of(SyscallPolicy policy, IsolationSpec isolation, boolean enforced) {
        try {
            return of(
                    ResolvedPolicy.of(policy, Target.of(System.getProperty("os.arch", ""), isolation.capabilities())),
                    enforced);
        } catch (PolicyException meaningless) {
            return Json.object("Rules", policy.spelling(), "Error", meaningless.getMessage());
        }
    }

    private static Map<String, @Nullable Object> of(ResolvedPolicy resolved, boolean enforced) {
        var reachable = new TreeMap<String, Integer>();
        resolved.tables()
                .forEach(table ->
                        reachable.put(table.label(), resolved.reachable(table).size()));
        return Json.object(
                "Enforced", enforced,
                "Base", base(resolved.policy()),
                "Rules", resolved.policy().spelling(),
                "Default",
                        resolved.profile().defaultAction().name()
                                + resolved.profile()
                                        .defaultErrnoRet()
                                        .map(errno -> " " + Refusal.errnoName(errno))
                                        .orElse(""),
                "Architectures",
                        resolved.tables().stream().map(SyscallTable::label).toList(),
                "AllowedCalls", reachable,
                "OpenedByCapabilities", resolved.openedByCapabilities());
    }
}
