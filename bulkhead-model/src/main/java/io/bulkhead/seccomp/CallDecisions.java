package io.bulkhead.seccomp;

import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.PolicyRule.Effect;
import io.bulkhead.seccomp.PolicyRule.Subject;
import io.bulkhead.seccomp.SeccompProfile.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A policy's rules laid over its base, call by call: narrower wins over wider, and deny over allow of the same
/// breadth.
final class CallDecisions {

    /// Of one call. Each condition on all bits of an argument cuts what lies under it into up to 32 parts.
    private static final int MOST_CASES = 600;

    private final SyscallPolicy policy;
    private final SeccompProfile base;
    private final Map<String, List<CallDecision>> ofBase = new LinkedHashMap<>();

    CallDecisions(SyscallPolicy policy, SeccompProfile base) {
        this.policy = policy;
        this.base = base;
        for (SeccompProfile.Rule rule : base.syscalls()) {
            for (String name : rule.names()) {
                ofBase.computeIfAbsent(name, _ -> new ArrayList<>()).add(CallDecision.ofBase(rule));
            }
        }
    }

    /// Every name that the base, or the tables, have.
    Set<String> names() {
        var names = new TreeSet<>(Syscalls.names());
        names.addAll(ofBase.keySet());
        return names;
    }

    /// What happens to a number that nothing has a name for.
    CallDecision otherwise() {
        boolean closed = policy.rules().contains(new PolicyRule(Effect.DENY, new Subject.All()));
        if (closed && base.defaultAction().mayReachKernel()) {
            return new CallDecision(
                    List.of(),
                    Action.SCMP_ACT_ERRNO,
                    Optional.of(Refusal.ENOSYS),
                    "option seccomp:deny:all",
                    Optional.empty());
        }
        return new CallDecision(
                List.of(),
                base.defaultAction(),
                base.defaultErrnoRet(),
                policy.base() instanceof SyscallPolicy.Base.Default
                        ? "the default policy does not know the call or these arguments"
                        : "the profile's defaultAction",
                Optional.empty());
    }

    /// Cases that do not overlap unless they agree. What none of them covers is [#otherwise].
    List<CallDecision> of(String call) {
        List<PolicyRule> conditional = conditional(call);
        if (conditional.isEmpty()) {
            return unconditional(call);
        }
        List<CallDecision> rest = withoutFineRefusals(unconditional(call), call, conditional);
        var cases = new ArrayList<CallDecision>();
        var taken = new ArrayList<ArgumentCube>();
        for (PolicyRule rule : conditional) {
            ArgumentCube cube = ArgumentCube.of(conditions(call, rule));
            add(cases, decision(call, rule), ArgumentCube.minus(List.of(cube), taken), call);
            taken.add(cube);
        }
        for (CallDecision below : rest) {
            add(cases, below, ArgumentCube.minus(ArgumentCube.of(call, below.when()), taken), call);
        }
        return cases;
    }

    /// Rules about other arguments than the first would cut the base's refusals of single families into hundreds: there
    /// the default action, which refuses too, is fine enough.
    private List<CallDecision> withoutFineRefusals(
            List<CallDecision> decisions, String call, List<PolicyRule> conditional) {
        boolean many = conditional.stream()
                .anyMatch(rule -> conditions(call, rule).stream().anyMatch(each -> each.index() != 0));
        return many && !base.defaultAction().mayReachKernel()
                ? decisions.stream()
                        .filter(decision -> decision.when().isEmpty() || decision.action() != Action.SCMP_ACT_ERRNO)
                        .toList()
                : decisions;
    }

    private static void add(List<CallDecision> cases, CallDecision decision, List<ArgumentCube> cubes, String call) {
        cubes.forEach(cube -> cases.add(decision.when(cube.toArguments())));
        if (cases.size() > MOST_CASES) {
            throw new PolicyException(
                    Reason.TOO_LARGE,
                    "too many conditions on the arguments of `" + call + "`; the filter would not fit");
        }
    }

    /// Rules with conditions on this call, the narrowest first; of those as narrow as each other, those that deny.
    private List<PolicyRule> conditional(String call) {
        return policy.rules().stream()
                .filter(rule -> !conditions(call, rule).isEmpty())
                .sorted(Comparator.<PolicyRule>comparingInt(
                                rule -> -conditions(call, rule).size())
                        .thenComparing(PolicyRule::effect, Comparator.reverseOrder()))
                .toList();
    }

    private static List<Condition> conditions(String call, PolicyRule rule) {
        return switch (rule.subject()) {
            case Subject.Call(var name, var conditions) -> name.equals(call) ? conditions : List.of();
            case Subject.Family(var family) ->
                call.equals("socket") || call.equals("socketpair")
                        ? List.of(Condition.equal(0, SocketFamilies.number(family)))
                        : List.of();
            case Subject.All _, Subject.Group _, Subject.Architecture _ -> List.of();
        };
    }

    /// The narrowest rule for the whole call, or the base. An allowed group leaves in place what the base limits: only
    /// the call's own name lifts that.
    private List<CallDecision> unconditional(String call) {
        for (Breadth breadth : Breadth.values()) {
            Optional<PolicyRule> rule = Stream.of(Effect.DENY, Effect.ALLOW)
                    .flatMap(effect -> policy.rules().stream().filter(r -> r.effect() == effect))
                    .filter(r -> breadth.covers(r.subject(), call))
                    .findFirst();
            if (rule.isPresent()) {
                boolean widely = rule.get().effect() == Effect.ALLOW && breadth != Breadth.CALL;
                return widely && isLimited(call) ? ofBase(call) : List.of(decision(call, rule.get()));
            }
        }
        return ofBase(call);
    }

    /// What a rule for whole calls can be about, narrowest first.
    private enum Breadth {
        CALL,
        GROUP,
        ALL;

        private boolean covers(Subject subject, String call) {
            return switch (subject) {
                case Subject.Call(var name, var conditions) ->
                    this == CALL && name.equals(call) && conditions.isEmpty();
                case Subject.Group(var name) ->
                    this == GROUP && SyscallGroup.require(name).calls().contains(call);
                case Subject.All _ -> this == ALL;
                case Subject.Family _, Subject.Architecture _ -> false;
            };
        }
    }

    private boolean isLimited(String call) {
        List<CallDecision> decisions = plainOfBase(call);
        return decisions.stream().noneMatch(decision -> decision.when().isEmpty())
                && decisions.stream().anyMatch(decision -> decision.action().mayReachKernel());
    }

    /// The base's own, with its refusals turned into what the policy says refusals are. What seems not to exist goes on
    /// seeming so: libc falls back on ENOSYS only.
    private List<CallDecision> ofBase(String call) {
        return plainOfBase(call).stream().map(this::refusedAsAsked).toList();
    }

    private CallDecision refusedAsAsked(CallDecision decision) {
        if (policy.refusal().isEmpty()
                || decision.action().mayReachKernel()
                || decision.sameAnswer(base.defaultAction(), base.defaultErrnoRet())
                || decision.sameAnswer(Action.SCMP_ACT_ERRNO, Optional.of(Refusal.EAFNOSUPPORT))) {
            return decision;
        }
        Refusal refusal = policy.refusal().get();
        return new CallDecision(
                decision.when(), refusal.action(), refusal.errnoRet(), decision.origin(), Optional.empty());
    }

    /// An unconditional rule makes the others of its call meaningless.
    private List<CallDecision> plainOfBase(String call) {
        List<CallDecision> all = ofBase.getOrDefault(call, List.of());
        return all.stream()
                .filter(decision -> decision.when().isEmpty())
                .findFirst()
                .map(List::of)
                .orElse(all);
    }

    private CallDecision decision(String call, PolicyRule rule) {
        String origin = "option seccomp:" + rule.spelling();
        if (rule.effect() == Effect.ALLOW) {
            return new CallDecision(List.of(), Action.SCMP_ACT_ALLOW, Optional.empty(), origin, Optional.of(rule));
        }
        if (policy.refusal().isPresent()) {
            Refusal refusal = policy.refusal().get();
            return new CallDecision(List.of(), refusal.action(), refusal.errnoRet(), origin, Optional.of(rule));
        }
        if (rule.subject() instanceof Subject.Family) {
            return new CallDecision(
                    List.of(), Action.SCMP_ACT_ERRNO, Optional.of(Refusal.EAFNOSUPPORT), origin, Optional.of(rule));
        }
        Optional<CallDecision> refused = plainOfBase(call).stream()
                .filter(decision -> decision.when().isEmpty() && decision.action() == Action.SCMP_ACT_ERRNO)
                .findFirst();
        return new CallDecision(
                List.of(),
                Action.SCMP_ACT_ERRNO,
                refused.isPresent() ? refused.get().errnoRet() : Optional.of(Refusal.EPERM),
                origin,
                Optional.of(rule));
    }
}
