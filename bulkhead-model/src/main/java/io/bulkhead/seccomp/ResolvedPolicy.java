package io.bulkhead.seccomp;

import io.bulkhead.seccomp.Explanation.Case;
import io.bulkhead.seccomp.PolicyException.Reason;
import io.bulkhead.seccomp.PolicyRule.Effect;
import io.bulkhead.seccomp.PolicyRule.Subject;
import io.bulkhead.seccomp.SeccompProfile.Action;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// What a [SyscallPolicy] means on one machine, for one set of capabilities: the profile a runtime loads, and for every
/// call who decided.
public final class ResolvedPolicy {

    /// Of the i386 table. From a rule for `socket` libseccomp makes one for `socketcall` too, without its conditions,
    /// which would open every family there, unless an unconditional rule for `socketcall` comes before it.
    private static final List<String> MULTIPLEXERS = List.of("ipc", "socketcall");

    private static final int MOST_RECENT = 32;

    /// Answers depend on nothing but the question.
    private static final Map<Question, ResolvedPolicy> RECENT = new ConcurrentHashMap<>();

    private record Question(SyscallPolicy policy, Target target) {}

    private final SyscallPolicy policy;
    private final Target target;
    private final List<SyscallTable> tables;
    private final CallDecision otherwise;
    private final SortedMap<String, List<CallDecision>> decisions;
    private final SeccompProfile profile;

    private ResolvedPolicy(SyscallPolicy policy, Target target, SeccompProfile base) {
        this.policy = policy;
        this.target = target;
        tables = tables(policy, target, base);
        for (PolicyRule rule : policy.rules()) {
            if (rule.subject() instanceof Subject.Call(var name, var _)) {
                Syscalls.require(name, tables);
            }
        }
        var resolved = new CallDecisions(policy, base);
        otherwise = resolved.otherwise();
        var calls = new TreeMap<String, List<CallDecision>>();
        resolved.names().forEach(name -> calls.put(name, resolved.of(name)));
        if (tables.contains(SyscallTable.I386)) {
            MULTIPLEXERS.forEach(name -> calls.computeIfPresent(name, (_, cases) -> apart(cases)));
        }
        decisions = Collections.unmodifiableSortedMap(calls);
        profile = profile(base.flags());
    }

    /// The same object for the same question, as far as it was asked lately: every start and inspect asks, and nearly
    /// all ask for the default.
    ///
    /// @throws PolicyException if the rules cannot be meant for this machine, or contradict each other
    public static ResolvedPolicy of(SyscallPolicy policy, Target target) {
        var question = new Question(policy, target);
        ResolvedPolicy known = RECENT.get(question);
        if (known != null) {
            return known;
        }
        var resolved = new ResolvedPolicy(policy, target, base(policy, target));
        if (RECENT.size() >= MOST_RECENT) {
            RECENT.clear();
        }
        RECENT.put(question, resolved);
        return resolved;
    }

    static SeccompProfile base(SyscallPolicy policy, Target target) {
        return switch (policy.base()) {
            case SyscallPolicy.Base.Default _ -> DefaultPolicy.base(target.capabilities(), target.table());
            case SyscallPolicy.Base.Profile(var profile) -> profile;
        };
    }

    private static List<SyscallTable> tables(SyscallPolicy policy, Target target, SeccompProfile base) {
        var open = new ArrayList<SyscallTable>();
        for (SyscallTable table : target.tables()) {
            if (base.architectures().contains(table.ociName())
                    || policy.tables(Effect.ALLOW).contains(table)) {
                open.add(table);
            }
        }
        for (SyscallTable table : policy.tables(Effect.ALLOW)) {
            if (!target.tables().contains(table)) {
                throw new PolicyException(
                        Reason.UNKNOWN_ARCHITECTURE,
                        "this machine runs no " + table.label() + " programs, only "
                                + Syscalls.labels(target.tables()));
            }
        }
        open.removeAll(policy.tables(Effect.DENY));
        if (!open.contains(target.table())) {
            throw new PolicyException(
                    Reason.CONFLICT,
                    "without arch:" + target.table().label() + ", the machine's own, no program of the container runs");
        }
        return List.copyOf(open);
    }

    /// A refusal that differs from the default action's, so that it can be a rule.
    private List<CallDecision> apart(List<CallDecision> cases) {
        CallDecision decided = cases.stream()
                .filter(decision -> decision.when().isEmpty())
                .findFirst()
                .orElse(otherwise);
        if (otherwise.action().mayReachKernel() || !decided.sameAnswer(otherwise.action(), otherwise.errnoRet())) {
            return cases;
        }
        int errno = otherwise.errnoRet().equals(Optional.of(Refusal.EPERM)) ? Refusal.ENOSYS : Refusal.EPERM;
        return List.of(new CallDecision(
                List.of(), Action.SCMP_ACT_ERRNO, Optional.of(errno), decided.origin(), decided.rule()));
    }

    /// One rule for the names that share answer, conditions and origin. What the default action does anyway is left
    /// out: libseccomp refuses such rules.
    private SeccompProfile profile(List<String> flags) {
        var rules = new LinkedHashMap<Rule, List<String>>();
        var names = new LinkedHashSet<>(MULTIPLEXERS);
        names.addAll(decisions.keySet());
        names.forEach(name -> {
            List<CallDecision> cases = decisions.getOrDefault(name, List.of());
            boolean callable = !Syscalls.isKnown(name) || !Collections.disjoint(Syscalls.tables(name), tables);
            for (CallDecision decision : callable ? cases : List.<CallDecision>of()) {
                if (!decision.sameAnswer(otherwise.action(), otherwise.errnoRet())) {
                    rules.computeIfAbsent(rule(List.of("?"), decision), _ -> new ArrayList<>())
                            .add(name);
                }
            }
        });
        var merged = rules.entrySet().stream()
                .map(entry -> new Rule(
                        entry.getValue(),
                        entry.getKey().action(),
                        entry.getKey().errnoRet(),
                        entry.getKey().args(),
                        entry.getKey().origin()))
                .toList();
        if (merged.isEmpty()) {
            throw new PolicyException(
                    Reason.CONFLICT, "the rules leave a filter that treats every call alike; that is none");
        }
        return new SeccompProfile(
                otherwise.action(),
                otherwise.errnoRet(),
                tables.stream().map(SyscallTable::ociName).toList(),
                flags,
                merged);
    }

    private static Rule rule(List<String> names, CallDecision decision) {
        return new Rule(names, decision.action(), decision.errnoRet(), decision.when(), decision.origin());
    }

    /// What the runtime is given.
    public SeccompProfile profile() {
        return profile;
    }

    /// The profile of a trial: what [#profile] simply allows it allows, everything else it records and lets run,
    /// calls that have no name included. Two things stay as they are, both libseccomp's: a call from a table that
    /// is not open ends the process; and with i386 open `socketcall` runs without a record wherever `socket` is
    /// allowed for some arguments, since a rule that says what the default action does cannot be loaded.
    ///
    /// @throws PolicyException CONFLICT if the policy allows no call: then there is nothing to try out
    public SeccompProfile canary() {
        boolean open = otherwise.action() == Action.SCMP_ACT_ALLOW;
        List<Rule> rules = profile.syscalls().stream()
                .filter(rule -> open != (rule.action() == Action.SCMP_ACT_ALLOW))
                .map(rule -> open ? recording(rule) : rule)
                .toList();
        if (rules.isEmpty()) {
            throw new PolicyException(
                    Reason.CONFLICT, "seccomp:canary: the policy allows no call, so no program starts under it");
        }
        return new SeccompProfile(
                open ? Action.SCMP_ACT_ALLOW : Action.SCMP_ACT_LOG,
                Optional.empty(),
                profile.architectures(),
                profile.flags(),
                rules);
    }

    /// The profile that refuses what [#profile] refuses, and records what it allows: for knowing what a container
    /// calls where no eBPF program can be used.
    public SeccompProfile logged() {
        boolean open = otherwise.action() == Action.SCMP_ACT_ALLOW;
        Action byDefault = open ? Action.SCMP_ACT_LOG : otherwise.action();
        List<Rule> rules = profile.syscalls().stream()
                .map(rule -> rule.action() == Action.SCMP_ACT_ALLOW ? recording(rule) : rule)
                .filter(rule -> rule.action() != byDefault || rule.action() != Action.SCMP_ACT_LOG)
                .toList();
        if (rules.isEmpty()) {
            throw new PolicyException(
                    Reason.CONFLICT, "the policy refuses nothing, so that recording it by its filter leaves no rule");
        }
        return new SeccompProfile(
                byDefault,
                open ? Optional.empty() : otherwise.errnoRet(),
                profile.architectures(),
                profile.flags(),
                rules);
    }

    private static Rule recording(Rule rule) {
        return new Rule(rule.names(), Action.SCMP_ACT_LOG, Optional.empty(), rule.args(), rule.origin());
    }

    public SyscallPolicy policy() {
        return policy;
    }

    /// The tables that calls can be made from; the others end the process.
    public List<SyscallTable> tables() {
        return tables;
    }

    /// The calls that some arguments get past the filter, by name.
    public Set<String> reachable(SyscallTable table) {
        var names = new TreeSet<String>();
        if (tables.contains(table)) {
            decisions.forEach((name, cases) -> {
                if (Syscalls.number(table, name).isPresent() && mayReach(cases)) {
                    names.add(name);
                }
            });
        }
        return names;
    }

    /// What the runtime may call between loading the filter and starting the program, and this policy refuses.
    ///
    /// @param runtime `crun` or `runc`
    public Set<String> refusedToRuntime(String runtime) {
        var names = new TreeSet<>(RuntimeCalls.of(runtime));
        names.removeAll(reachable(target.table()));
        return names;
    }

    private boolean mayReach(List<CallDecision> cases) {
        boolean covered = cases.stream().anyMatch(decision -> decision.when().isEmpty());
        return cases.stream().anyMatch(decision -> decision.action().mayReachKernel())
                || (!covered && otherwise.action().mayReachKernel());
    }

    /// @param arguments the first ones, as many as are known; the answer says what the others change
    /// @throws PolicyException UNKNOWN_CALL if no table has the call, OTHER_ARCHITECTURE if this one has not
    public Explanation explain(String call, SyscallTable table, List<Long> arguments) {
        Syscalls.require(call, List.of(table));
        if (!tables.contains(table)) {
            return new Explanation(call, table, List.of(foreign(table)));
        }
        List<CallDecision> cases = new ArrayList<>(decisions.getOrDefault(call, List.of()));
        if (cases.stream().noneMatch(decision -> decision.when().isEmpty())) {
            cases.add(otherwise);
        }
        if (!arguments.isEmpty()) {
            cases = cases(cases, arguments, table.isNarrow());
        }
        var changes = new PolicyChange(call, policy, target);
        return new Explanation(
                call,
                table,
                cases.stream()
                        .map(decision -> new Case(
                                decision.when(),
                                decision.action(),
                                decision.errnoRet(),
                                decision.origin(),
                                changes.of(decision, arguments)))
                        .toList());
    }

    /// Those that these arguments leave possible, up to the first that they decide.
    private static List<CallDecision> cases(List<CallDecision> all, List<Long> arguments, boolean narrow) {
        var possible = new ArrayList<CallDecision>();
        for (CallDecision decision : all) {
            if (decision.mayHold(arguments, narrow)) {
                possible.add(decision);
                if (decision.isDecidedBy(arguments)) {
                    break;
                }
            }
        }
        return possible;
    }

    /// As the policy decides, without regard to tables; what is not covered is [#otherwise].
    List<CallDecision> cases(String call) {
        return decisions.getOrDefault(call, List.of());
    }

    CallDecision otherwise() {
        return otherwise;
    }

    /// What the policy was resolved for.
    public Target target() {
        return target;
    }

    private Case foreign(SyscallTable table) {
        boolean denied = policy.tables(Effect.DENY).contains(table);
        return new Case(
                List.of(),
                Action.SCMP_ACT_KILL_THREAD,
                Optional.empty(),
                denied ? "option seccomp:deny:arch:" + table.label() : "the filter is not for " + table.label(),
                denied
                        ? "leave out --security-opt seccomp:deny:arch:" + table.label()
                        : "--security-opt seccomp:allow:arch:" + table.label());
    }

    /// For each capability of the container the calls that the default policy allows because of it; empty for other
    /// bases.
    public Map<String, Set<String>> openedByCapabilities() {
        return policy.base() instanceof SyscallPolicy.Base.Default
                ? DefaultPolicy.opened(target.capabilities())
                : Map.of();
    }
}
