package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.PolicyRule.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What somebody wrote about system calls: a base, and rules over it that have no order. [ResolvedPolicy#of] says what
/// it means for a container.
///
/// @param rules each once, in the order of their spelling: two policies of the same rules are equal
/// @param refusal what a refused call gets; if nobody said, EPERM or what the base has for the call
public record SyscallPolicy(Base base, List<PolicyRule> rules, Optional<Refusal> refusal) {

    /// More are a profile, and belong in a file.
    static final int MOST_RULES = 2000;

    public SyscallPolicy {
        rules = rules.stream()
                .distinct()
                .sorted(Comparator.comparing(PolicyRule::spelling))
                .toList();
        if (rules.size() > MOST_RULES) {
            throw new PolicyException(
                    Reason.TOO_LARGE, rules.size() + " rules; the most are " + MOST_RULES + ": write a profile");
        }
    }

    /// Where a policy starts.
    public sealed interface Base {

        /// Bulkhead's own default: an allowlist for the native architecture only ([DefaultPolicy]).
        record Default() implements Base {}

        /// Somebody's profile, as it was read for the container's machine, capabilities and kernel.
        record Profile(SeccompProfile profile) implements Base {}
    }

    public static SyscallPolicy defaultPolicy() {
        return new SyscallPolicy(new Base.Default(), List.of(), Optional.empty());
    }

    /// The same rules over another base.
    public SyscallPolicy over(Base other) {
        return new SyscallPolicy(other, rules, refusal);
    }

    /// With what one more option says: `deny:...`, `allow:...` or `action:...`, that is, what follows `seccomp:`. For
    /// each `:` there may be `=`.
    ///
    /// @throws PolicyException that says what would be right; CONFLICT for a second, different action
    public SyscallPolicy plus(String option) {
        int end = PolicyRule.separator(option);
        return switch (option.substring(0, end)) {
            case "allow", "deny" -> plus(PolicyRule.parse(option));
            case "action" -> plus(Refusal.parse(option.substring(Math.min(end + 1, option.length()))));
            default ->
                throw new PolicyException(
                        Reason.SYNTAX,
                        "`" + Names.shown(option) + "` is no rule: it is allow:SUBJECT, deny:SUBJECT or action:ACTION");
        };
    }

    private SyscallPolicy plus(PolicyRule rule) {
        var more = new ArrayList<>(rules);
        more.add(rule);
        return new SyscallPolicy(base, more, refusal);
    }

    private SyscallPolicy plus(Refusal other) {
        if (refusal.isPresent() && !refusal.get().equals(other)) {
            throw new PolicyException(
                    Reason.CONFLICT,
                    "seccomp:action is given as " + refusal.get().spelling() + " and as " + other.spelling()
                            + ": a policy has one action");
        }
        return new SyscallPolicy(base, rules, Optional.of(other));
    }

    /// Every option that makes this policy from its base, in the order of their spelling.
    public List<String> spelling() {
        var words = new ArrayList<>(rules.stream().map(PolicyRule::spelling).toList());
        refusal.ifPresent(what -> words.add("action:" + what.spelling()));
        return List.copyOf(words);
    }

    /// The tables of calls that rules open, whether or not they close them again.
    List<SyscallTable> tables(PolicyRule.Effect effect) {
        return rules.stream()
                .filter(rule -> rule.effect() == effect)
                .flatMap(rule -> rule.subject() instanceof Subject.Architecture(var table)
                        ? java.util.stream.Stream.of(table)
                        : java.util.stream.Stream.empty())
                .toList();
    }
}
