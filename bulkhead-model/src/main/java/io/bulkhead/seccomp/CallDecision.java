package io.bulkhead.seccomp;

import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import java.util.List;
import java.util.Optional;

/// What happens to a call under some conditions, and what said so.
///
/// @param rule the rule that decided; none: the base
record CallDecision(
        List<Argument> when, Action action, Optional<Integer> errnoRet, String origin, Optional<PolicyRule> rule) {

    CallDecision {
        when = List.copyOf(when);
    }

    static CallDecision ofBase(Rule rule) {
        return new CallDecision(rule.args(), rule.action(), rule.errnoRet(), rule.origin(), Optional.empty());
    }

    CallDecision when(List<Argument> other) {
        return new CallDecision(other, action, errnoRet, origin, rule);
    }

    boolean sameAnswer(Action other, Optional<Integer> otherErrno) {
        return action == other && errnoRet.equals(otherErrno);
    }

    /// Whether it is for these arguments, of which only the first may be known. For a table of 32-bit arguments
    /// libseccomp compares the lower halves only.
    boolean mayHold(List<Long> arguments, boolean narrow) {
        return when.stream()
                .filter(condition -> condition.index() < arguments.size())
                .map(condition -> narrow ? condition.narrowed() : condition)
                .allMatch(condition -> condition.holds(
                        narrow ? arguments.get(condition.index()) & 0xFFFF_FFFFL : arguments.get(condition.index())));
    }

    /// Whether the arguments that are not known make no difference to [#mayHold].
    boolean isDecidedBy(List<Long> arguments) {
        return when.stream().allMatch(condition -> condition.index() < arguments.size());
    }
}
