package io.bulkhead.seccomp;

import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import java.util.List;
import java.util.Optional;

/// What a policy does with a call, why, and what would change it.
///
/// @param cases one if the arguments do not matter or were given; otherwise each with its conditions, and last what
///     holds for all other arguments
public record Explanation(String call, SyscallTable table, List<Case> cases) {

    public Explanation {
        cases = List.copyOf(cases);
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("an explanation says something");
        }
    }

    /// @param when none: always, or for the arguments that no other case is for
    /// @param errno for ERRNO
    /// @param origin the option, or the line of a file, that decided
    /// @param change the option that changes it
    public record Case(List<Argument> when, Action action, Optional<Integer> errno, String origin, String change) {
        public Case {
            when = List.copyOf(when);
        }

        /// For example `refused with EPERM`.
        public String verdict() {
            return switch (action) {
                case SCMP_ACT_ALLOW -> "allowed";
                case SCMP_ACT_LOG -> "allowed and recorded";
                case SCMP_ACT_TRACE -> "left to a tracer";
                case SCMP_ACT_ERRNO -> "refused with " + Refusal.errnoName(errno.orElse(Refusal.EPERM));
                case SCMP_ACT_TRAP -> "refused with SIGSYS";
                case SCMP_ACT_KILL, SCMP_ACT_KILL_THREAD -> "refused, and the thread ends";
                case SCMP_ACT_KILL_PROCESS -> "refused, and the process ends";
            };
        }
    }

    /// When a case is for the call, as a rule writes it: `socket(AF_INET)`; or `socket(arg0 > 5)` for what no rule
    /// can say. The bare name stands for always, or for all other arguments.
    public String spelling(Case which) {
        if (which.when().isEmpty()) {
            return call;
        }
        try {
            List<ArgumentCube> cubes = ArgumentCube.of(call, which.when());
            if (cubes.size() == 1) {
                return Condition.spelling(call, cubes.getFirst().toConditions());
            }
        } catch (PolicyException wide) {
            // Told as the profile has it.
        }
        return call + "("
                + which.when().stream().map(Argument::spelling).collect(java.util.stream.Collectors.joining(", "))
                + ")";
    }

    /// What decides if there is only one case.
    public Optional<Case> decided() {
        return cases.size() == 1 ? Optional.of(cases.getFirst()) : Optional.empty();
    }
}
