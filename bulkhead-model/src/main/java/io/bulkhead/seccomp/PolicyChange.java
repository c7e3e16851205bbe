package io.bulkhead.seccomp;

import io.bulkhead.seccomp.PolicyRule.Effect;
import io.bulkhead.seccomp.PolicyRule.Subject;
import java.util.List;
import java.util.Optional;

/// The option that would turn a verdict round.
record PolicyChange(String call, SyscallPolicy policy, Target target) {

    private static final String OPTION = "--security-opt seccomp:";

    String of(CallDecision decision, List<Long> arguments) {
        Optional<PolicyRule> rule = decision.rule();
        boolean runs = decision.action().mayReachKernel();
        if (rule.isPresent() && isNarrowest(rule.get())) {
            return "leave out " + OPTION + rule.get().spelling();
        }
        if (!Syscalls.isKnown(call)) {
            return "none: this version has no name for the call";
        }
        return runs ? OPTION + "deny:" + call : allowing(decision, arguments);
    }

    /// Nothing of the other effect, and without conditions, can win against it.
    private static boolean isNarrowest(PolicyRule rule) {
        return switch (rule.subject()) {
            case Subject.Family _ -> true;
            case Subject.Call(var _, var conditions) -> rule.effect() == Effect.DENY || !conditions.isEmpty();
            case Subject.All _, Subject.Group _, Subject.Architecture _ -> false;
        };
    }

    private String allowing(CallDecision decision, List<Long> arguments) {
        boolean socket = call.equals("socket") || call.equals("socketpair");
        if (socket && decision.rule().isEmpty()) {
            Optional<String> family = arguments.isEmpty()
                    ? Optional.of("AF_NAME")
                    : SocketFamilies.name(arguments.getFirst().intValue());
            if (family.isPresent()) {
                return OPTION + "allow:family:" + family.get();
            }
        }
        String option = OPTION + "allow:" + call;
        if (!(policy.base() instanceof SyscallPolicy.Base.Default)
                || decision.rule().isPresent()) {
            return option;
        }
        return DefaultPolicy.capabilityFor(call)
                .filter(capability -> !target.capabilities().contains(capability))
                .map(capability -> option + ", or --cap-add " + capability.name())
                .orElse(option);
    }
}
