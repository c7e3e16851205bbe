package io.bulkhead.container;

import io.bulkhead.denial.Owners.Reason;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.Explanation;
import io.bulkhead.seccomp.Explanation.Case;
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
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// Which rule of a container's policy is behind an answer of the kernel's.
final class FilterReasons {

    private static final String REFUSED = "refused";

    private FilterReasons() {}

    /// @param number plain, without x32's bit
    /// @return empty for a call that a filter lets through without being a canary's, or asked to log it
    static Optional<Reason> of(IsolationSpec isolation, SyscallTable table, int number, FilterAction action) {
        return switch (isolation.confinement()) {
            case Confinement.Unconfined _ -> ownFilter(action);
            case Confinement.Canary(var policy) ->
                resolved(policy, isolation, found -> {
                    if (action.mayReachKernel()) {
                        return of(found, table, number, action, FilterReasons::isNotAllowed)
                                .map(FilterReasons::watched);
                    }
                    // The container's own filter ends calls of closed tables, and refuses no others.
                    return found.tables().contains(table)
                            ? ownFilter(action)
                            : of(found, table, number, action, FilterReasons::isNotAllowed);
                });
            case Confinement.Filtered(var policy) ->
                resolved(
                        policy,
                        isolation,
                        found -> of(
                                found,
                                table,
                                number,
                                action,
                                action == FilterAction.LOG
                                        ? each -> each.action() == Action.SCMP_ACT_LOG
                                        : FilterReasons::isNotAllowed));
        };
    }

    private static boolean isNotAllowed(Case each) {
        return each.action() != Action.SCMP_ACT_ALLOW;
    }

    private static Reason watched(Reason reason) {
        return reason.outcome().startsWith(REFUSED)
                ? new Reason("would be " + reason.outcome(), reason.rule(), reason.remedy())
                : reason;
    }

    private static Optional<Reason> resolved(
            SyscallPolicy policy, IsolationSpec isolation, Function<ResolvedPolicy, Optional<Reason>> question) {
        try {
            return question.apply(
                    ResolvedPolicy.of(policy, Target.of(System.getProperty("os.arch", ""), isolation.capabilities())));
        } catch (PolicyException | IllegalArgumentException unusable) {
            return Optional.of(new Reason(
                    REFUSED, "the container's filter, which cannot be explained: " + unusable.getMessage(), "unknown"));
        }
    }

    private static Optional<Reason> of(
            ResolvedPolicy policy, SyscallTable table, int number, FilterAction action, Predicate<Case> which) {
        Optional<String> call = Syscalls.name(table, number);
        return call.isPresent()
                ? reason(policy.explain(call.get(), table, List.of()), action, which)
                : Optional.of(new Reason(
                        REFUSED,
                        "no system call of " + table.label() + " that this version knows has the number " + number,
                        "--security-opt seccomp=unconfined, which lifts everything"));
    }

    /// The narrowest case that may have decided: the kernel does not tell the arguments.
    private static Optional<Reason> reason(Explanation explanation, FilterAction action, Predicate<Case> which) {
        return explanation.cases().stream()
                .filter(which)
                .reduce((_, later) -> later)
                .map(each -> new Reason(
                        each.verdict(),
                        each.origin() + (explanation.cases().size() > 1 ? " (the arguments decide)" : ""),
                        each.change()))
                .or(() -> ownFilter(action));
    }

    private static Optional<Reason> ownFilter(FilterAction action) {
        return action.mayReachKernel()
                ? Optional.empty()
                : Optional.of(new Reason(
                        REFUSED,
                        "a filter that a program in the container installed for itself; the container's own allows "
                                + "the call",
                        "an option of that program"));
    }
}
