package io.bulkhead.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.PolicyRule.Effect;
import io.bulkhead.seccomp.PolicyRule.Subject;
import io.bulkhead.seccomp.SeccompProfile.Action;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The laws of the language, over random rules. What a rule means is said here a second time, call by call and without
/// any of the program's arithmetic.
class PolicyAlgebraTest {

    private static final Target TARGET = new Target(SyscallTable.X86_64, Capability.DEFAULTS);
    private static final List<String> SUBJECTS = List.of(
            "all",
            "@clock",
            "@network-io",
            "@file-system",
            "@privileged",
            "getcwd",
            "clock_adjtime",
            "socket",
            "socket(AF_INET)",
            "socket(AF_VSOCK)",
            "socket(AF_INET,SOCK_RAW/0xf)",
            "socket(_,SOCK_RAW/0xf)",
            "socket(AF_INET,_,6)",
            "family:AF_VSOCK",
            "family:AF_UNIX",
            "ioctl",
            "ioctl(TIOCSTI)",
            "ioctl(0x5400/0xff00)",
            "clone(+CLONE_NEWUSER)",
            "clone(-CLONE_VM|CLONE_FS)",
            "personality(0x400000)",
            "personality");
    private static final List<String> CALLS = List.of(
            "getcwd", "clock_adjtime", "socket", "socketpair", "ioctl", "clone", "personality", "read", "mount");

    @Provide
    Arbitrary<List<String>> rules() {
        return Combinators.combine(Arbitraries.of("allow:", "deny:"), Arbitraries.of(SUBJECTS))
                .as(String::concat)
                .list()
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<Long>> arguments() {
        return Arbitraries.of(0L, 1L, 2L, 3L, 5L, 6L, 8L, 16L, 40L, 0x5401L, 0x5412L, 0x400000L, 0x1000_0000L, 0x700L)
                .list()
                .ofSize(6);
    }

    @Property
    void theOrderDoesNotMatter(@ForAll("rules") List<String> rules, @ForAll long seed) {
        var shuffled = new ArrayList<>(rules);
        Collections.shuffle(shuffled, new Random(seed));

        assertThat(policy(shuffled)).isEqualTo(policy(rules));
        assertThat(resolve(shuffled).profile()).isEqualTo(resolve(rules).profile());
    }

    @Property
    void sayingItTwiceIsSayingItOnce(@ForAll("rules") List<String> rules) {
        var twice = new ArrayList<>(rules);
        twice.addAll(rules);

        assertThat(policy(twice)).isEqualTo(policy(rules));
    }

    @Property
    void theSpellingReadsBackAsTheSamePolicy(@ForAll("rules") List<String> rules) {
        SyscallPolicy policy = policy(rules);

        assertThat(policy(policy.spelling())).isEqualTo(policy);
    }

    @Property
    void denyWinsOverAllowOfTheSameSubject(
            @ForAll("rules") List<String> rules, @ForAll("arguments") List<Long> arguments) {
        var denied = new ArrayList<>(rules);
        rules.forEach(rule -> denied.add(rule.replace("allow:", "deny:")));

        ResolvedPolicy resolved = resolve(denied);

        for (String call : CALLS) {
            if (nearest(denied, call, arguments).isPresent()) {
                assertThat(runs(resolved, call, arguments)).as(call).isFalse();
            }
        }
    }

    @Property
    void theNarrowestRuleDecides(@ForAll("rules") List<String> rules, @ForAll("arguments") List<Long> arguments) {
        ResolvedPolicy resolved = resolve(rules);
        ResolvedPolicy normal = resolve(List.of());

        for (String call : CALLS) {
            Optional<PolicyRule> rule = nearest(rules, call, arguments);
            boolean wanted = rule.map(found -> found.effect() == Effect.ALLOW
                            && (narrow(found) || !limited(call) || runs(normal, call, arguments)))
                    .orElseGet(() -> runs(normal, call, arguments));
            assertThat(runs(resolved, call, arguments))
                    .as("%s %s by %s", call, arguments, rule)
                    .isEqualTo(wanted);
        }
    }

    @Property
    void whatIsAllowedBeyondTheDefaultIsNamed(
            @ForAll("rules") List<String> rules, @ForAll("arguments") List<Long> arguments) {
        ResolvedPolicy resolved = resolve(rules);
        ResolvedPolicy normal = resolve(List.of());
        BeyondDefault beyond = BeyondDefault.of(policy(rules), Capability.DEFAULTS);

        for (String call : CALLS) {
            if (runs(resolved, call, arguments) && !runs(normal, call, arguments)) {
                boolean named = beyond.calls().stream().anyMatch(name -> name.startsWith(call));
                assertThat(named
                                || (call.startsWith("socket")
                                        && !beyond.families().isEmpty()))
                        .as(call)
                        .isTrue();
            }
        }
    }

    @Property
    void denialsAreNoPrivilege(@ForAll("rules") List<String> rules) {
        List<String> denials =
                rules.stream().filter(rule -> rule.startsWith("deny:")).toList();

        BeyondDefault beyond = BeyondDefault.of(policy(denials), Capability.DEFAULTS);

        assertThat(beyond.calls()).isEmpty();
        assertThat(beyond.families()).isEmpty();
        assertThat(beyond.tables()).isEmpty();
    }

    /// libseccomp does not say which of two rules of a call with different answers it asks first.
    @Property
    void noTwoCasesWithDifferentAnswersCoverTheSameArguments(
            @ForAll("rules") List<String> rules, @ForAll("arguments") List<Long> arguments) {
        SeccompProfile profile = resolve(rules).profile();

        for (String call : CALLS) {
            List<Action> answers = profile.syscalls().stream()
                    .filter(rule -> rule.names().contains(call))
                    .filter(rule ->
                            rule.args().stream().allMatch(argument -> argument.holds(arguments.get(argument.index()))))
                    .map(SeccompProfile.Rule::action)
                    .distinct()
                    .toList();
            assertThat(answers).as(call).hasSizeLessThan(2);
        }
    }

    @Property
    void aCanaryRefusesNothingAndLogsWhatThePolicyRefuses(
            @ForAll("rules") List<String> rules,
            @ForAll("actions") List<String> action,
            @ForAll("arguments") List<Long> arguments) {
        var all = new ArrayList<>(rules);
        all.addAll(action);
        ResolvedPolicy resolved = resolve(all);
        Optional<SeccompProfile> canary = canary(resolved);
        boolean nothing =
                resolved.profile().syscalls().stream().noneMatch(rule -> rule.action() == Action.SCMP_ACT_ALLOW);
        assertThat(canary.isEmpty()).isEqualTo(nothing);

        for (String call : canary.isEmpty() ? List.<String>of() : CALLS) {
            Action policy = resolved.explain(call, SyscallTable.X86_64, arguments)
                    .decided()
                    .orElseThrow()
                    .action();
            assertThat(answer(canary.orElseThrow(), call, arguments))
                    .as("%s, by the policy %s", call, policy)
                    .isEqualTo(policy == Action.SCMP_ACT_ALLOW ? Action.SCMP_ACT_ALLOW : Action.SCMP_ACT_LOG);
        }
    }

    /// Also where everything is allowed that the profile does not name.
    @Property
    void aCanaryOfAProfileDoesTheSame(
            @ForAll("base") SeccompProfile base,
            @ForAll("rules") List<String> rules,
            @ForAll("arguments") List<Long> arguments) {
        Optional<ResolvedPolicy> resolved = meaningful(policy(rules).over(new SyscallPolicy.Base.Profile(base)));
        Optional<SeccompProfile> canary = resolved.flatMap(PolicyAlgebraTest::canary);

        for (String call : canary.isEmpty() ? List.<String>of() : CALLS) {
            Action policy = resolved.orElseThrow()
                    .explain(call, SyscallTable.X86_64, arguments)
                    .decided()
                    .orElseThrow()
                    .action();
            assertThat(answer(canary.orElseThrow(), call, arguments))
                    .as("%s, by the policy %s", call, policy)
                    .isEqualTo(policy == Action.SCMP_ACT_ALLOW ? Action.SCMP_ACT_ALLOW : Action.SCMP_ACT_LOG);
        }
    }

    @Property
    void aFilterThatLogsRefusesWhatThePolicyRefuses(
            @ForAll("rules") List<String> rules,
            @ForAll("actions") List<String> action,
            @ForAll("arguments") List<Long> arguments) {
        var all = new ArrayList<>(rules);
        all.addAll(action);
        ResolvedPolicy resolved = resolve(all);
        SeccompProfile logged = resolved.logged();

        for (String call : CALLS) {
            Action policy = resolved.explain(call, SyscallTable.X86_64, arguments)
                    .decided()
                    .orElseThrow()
                    .action();
            assertThat(answer(logged, call, arguments))
                    .as("%s, by the policy %s", call, policy)
                    .isEqualTo(policy == Action.SCMP_ACT_ALLOW ? Action.SCMP_ACT_LOG : policy);
        }
    }

    @Provide
    Arbitrary<List<String>> actions() {
        return Arbitraries.of(List.of(), List.of("action:kill"), List.of("action:errno=EACCES"), List.of("action:log"));
    }

    /// Names each with one answer, whatever the arguments.
    @Provide
    Arbitrary<SeccompProfile> base() {
        Arbitrary<List<SeccompProfile.Rule>> rules = Arbitraries.of(CALLS)
                .set()
                .ofMinSize(1)
                .ofMaxSize(4)
                .flatMap(names -> Arbitraries.of(Action.values())
                        .list()
                        .ofSize(names.size())
                        .map(answers -> {
                            var list = new ArrayList<SeccompProfile.Rule>();
                            for (String name : names) {
                                list.add(new SeccompProfile.Rule(
                                        List.of(name), answers.get(list.size()), Optional.empty(), List.of(), "test"));
                            }
                            return List.copyOf(list);
                        }));
        return Combinators.combine(Arbitraries.of(Action.values()), rules)
                .as((otherwise, some) -> new SeccompProfile(
                        otherwise, Optional.empty(), List.of(SyscallTable.X86_64.ociName()), List.of(), some));
    }

    private static Optional<ResolvedPolicy> meaningful(SyscallPolicy policy) {
        try {
            return Optional.of(ResolvedPolicy.of(policy, TARGET));
        } catch (PolicyException alike) {
            return Optional.empty();
        }
    }

    private static Optional<SeccompProfile> canary(ResolvedPolicy policy) {
        try {
            return Optional.of(policy.canary());
        } catch (PolicyException nothing) {
            return Optional.empty();
        }
    }

    private static Action answer(SeccompProfile profile, String call, List<Long> arguments) {
        return profile.syscalls().stream()
                .filter(rule -> rule.names().contains(call))
                .filter(rule ->
                        rule.args().stream().allMatch(argument -> argument.holds(arguments.get(argument.index()))))
                .map(SeccompProfile.Rule::action)
                .findFirst()
                .orElse(profile.defaultAction());
    }

    private static boolean limited(String call) {
        return List.of("socket", "socketpair", "clone", "personality").contains(call);
    }

    private static boolean narrow(PolicyRule rule) {
        return rule.subject() instanceof Subject.Call || rule.subject() instanceof Subject.Family;
    }

    private static boolean runs(ResolvedPolicy policy, String call, List<Long> arguments) {
        return policy.explain(call, SyscallTable.X86_64, arguments)
                .decided()
                .orElseThrow()
                .action()
                .mayReachKernel();
    }

    private static Optional<PolicyRule> nearest(List<String> rules, String call, List<Long> arguments) {
        return rules.stream()
                .map(PolicyRule::parse)
                .filter(rule -> breadth(rule.subject(), call, arguments) > 0)
                .max((a, b) -> {
                    int compared = Integer.compare(
                            breadth(a.subject(), call, arguments), breadth(b.subject(), call, arguments));
                    return compared != 0 ? compared : a.effect().compareTo(b.effect());
                });
    }

    /// 0: the rule is not about this call.
    private static int breadth(Subject subject, String call, List<Long> arguments) {
        return switch (subject) {
            case Subject.All _ -> 1;
            case Subject.Group(var name) -> SyscallGroup.require(name).calls().contains(call) ? 2 : 0;
            case Subject.Call(var name, var conditions) ->
                name.equals(call)
                                && conditions.stream()
                                        .allMatch(c -> (arguments.get(c.index()).intValue() & c.mask()) == c.value())
                        ? 3 + conditions.size()
                        : 0;
            case Subject.Family(var family) ->
                call.startsWith("socket") && arguments.getFirst().intValue() == SocketFamilies.number(family) ? 4 : 0;
            case Subject.Architecture _ -> 0;
        };
    }

    private static SyscallPolicy policy(List<String> rules) {
        SyscallPolicy policy = SyscallPolicy.defaultPolicy();
        for (String rule : rules) {
            policy = policy.plus(rule);
        }
        return policy;
    }

    private static ResolvedPolicy resolve(List<String> rules) {
        return ResolvedPolicy.of(policy(rules), TARGET);
    }
}
