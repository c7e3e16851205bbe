package io.bulkhead.container;

import io.bulkhead.denial.Owners.Reason;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.Explanation;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Syscalls;
import io.bulkhead.seccomp.Target;
import io.bulkhead.spec.IsolationSpec;
import java.util.List;
import java.util.function.Function;

/// Which rule of a container's policy is behind an answer of the kernel's.
final class FilterReasons {

    private static final String REFUSED = "refused";

    private FilterReasons() {}

    /// @param number plain, without x32's bit
    static Reason of(IsolationSpec isolation, SyscallTable table, int number, FilterAction action) {
        return switch (isolation.confinement()) {
            case Confinement.Unconfined _ -> ownFilter(action);
            case Confinement.Canary(var policy) ->
                resolved(policy, isolation, found -> {
                    // The container's own filter ends calls of closed tables, and refuses no others.
                    if (!action.mayReachKernel() && found.tables().contains(table)) {
                        return ownFilter(action);
                    }
                    Reason reason = of(found, table, number, action);
                    boolean watched =
                            action.mayReachKernel() && reason.outcome().startsWith(REFUSED);
                    return watched
                            ? new Reason("would be " + reason.outcome(), reason.rule(), reason.remedy())
                            : reason;
                });
            case Confinement.Filtered(var policy) ->
                resolved(policy, isolation, found -> of(found, table, number, action));
        };
    }

    private static Reason resolved(
            SyscallPolicy policy, IsolationSpec isolation, Function<ResolvedPolicy, Reason> question) {
        try {
            return question.apply(
                    ResolvedPolicy.of(policy, Target.of(System.getProperty("os.arch", ""), isolation.capabilities())));
        } catch (PolicyException | IllegalArgumentException unusable) {
            return new Reason(
                    REFUSED, "the container's filter, which cannot be explained: " + unusable.getMessage(), "unknown");
        }
    }

    private static Reason of(ResolvedPolicy policy, SyscallTable table, int number, FilterAction action) {
        return Syscalls.name(table, number)
                .map(call -> reason(policy.explain(call, table, List.of()), action))
                .orElse(new Reason(
                        REFUSED,
                        "no system call of " + table.label() + " that this version knows has the number " + number,
                        "--security-opt seccomp=unconfined, which lifts everything"));
    }

    /// The narrowest case that does not allow: the kernel does not tell the arguments.
    private static Reason reason(Explanation explanation, FilterAction action) {
        return explanation.cases().stream()
                .filter(each -> each.action() != Action.SCMP_ACT_ALLOW)
                .reduce((_, later) -> later)
                .map(each -> new Reason(
                        each.verdict(),
                        each.origin() + (explanation.cases().size() > 1 ? " (the arguments decide)" : ""),
                        each.change()))
                .orElseGet(() -> ownFilter(action));
    }

    private static Reason ownFilter(FilterAction action) {
        return new Reason(
                action.mayReachKernel() ? "recorded" : REFUSED,
                "a filter that a program in the container installed for itself; the container's own allows the call",
                "an option of that program");
    }
}
