package io.bulkhead.seccomp;

import io.bulkhead.seccomp.Explanation.Case;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What a second policy does otherwise than a first, table by table. Compared is what calls get, not the spelling.
///
/// @param unknownBefore what happens to a call that nothing names, under the first; `unknownAfter` under the second
public record PolicyDifference(List<Table> tables, String unknownBefore, String unknownAfter) {

    public PolicyDifference {
        tables = List.copyOf(tables);
    }

    /// @param gained reachable under the second policy only, with whatever arguments
    /// @param lost reachable under the first only
    /// @param limits reachable under both, but not with the same arguments
    /// @param answers reachable under neither, or under both with the same arguments, but with another outcome
    public record Table(
            SyscallTable table,
            SortedSet<String> gained,
            SortedSet<String> lost,
            List<Limit> limits,
            List<Answer> answers) {
        public Table {
            gained = Collections.unmodifiableSortedSet(new TreeSet<>(gained));
            lost = Collections.unmodifiableSortedSet(new TreeSet<>(lost));
            limits = List.copyOf(limits);
            answers = List.copyOf(answers);
        }
    }

    /// @param gained the arguments that only the second lets through, as rules write them: `socket(AF_VSOCK)`
    /// @param lost those that only the first does
    public record Limit(String call, List<String> gained, List<String> lost) {
        public Limit {
            gained = List.copyOf(gained);
            lost = List.copyOf(lost);
        }
    }

    /// For example `refused with EPERM` before and `refused with ENOSYS` after.
    public record Answer(String call, String before, String after) {}

    /// More cases than this of one call are told by their number.
    private static final int MOST_CASES = 12;

    /// @throws IllegalArgumentException if they are for different machines
    public static PolicyDifference of(ResolvedPolicy before, ResolvedPolicy after) {
        if (before.target().table() != after.target().table()) {
            throw new IllegalArgumentException("policies for different machines");
        }
        return new PolicyDifference(
                before.target().tables().stream()
                        .map(table -> of(before, after, table))
                        .toList(),
                unknown(before),
                unknown(after));
    }

    /// Whether both do the same with every call.
    public boolean isEmpty() {
        return unknownBefore.equals(unknownAfter)
                && tables.stream()
                        .allMatch(table -> table.gained.isEmpty()
                                && table.lost.isEmpty()
                                && table.limits.isEmpty()
                                && table.answers.isEmpty());
    }

    private static Table of(ResolvedPolicy before, ResolvedPolicy after, SyscallTable table) {
        Set<String> first = before.reachable(table);
        Set<String> second = after.reachable(table);
        var limits = new ArrayList<Limit>();
        var answers = new ArrayList<Answer>();
        for (String call : Syscalls.names()) {
            boolean inFirst = first.contains(call);
            if (Syscalls.number(table, call).isEmpty() || inFirst != second.contains(call)) {
                continue;
            }
            Optional<Limit> limit = inFirst ? limit(call, before, after) : Optional.empty();
            limit.ifPresent(limits::add);
            if (limit.isEmpty()) {
                answer(call, table, before, after).ifPresent(answers::add);
            }
        }
        return new Table(table, minus(second, first), minus(first, second), limits, answers);
    }

    private static SortedSet<String> minus(Set<String> these, Set<String> others) {
        var left = new TreeSet<>(these);
        left.removeAll(others);
        return left;
    }

    private static Optional<Limit> limit(String call, ResolvedPolicy before, ResolvedPolicy after) {
        if (before.cases(call).equals(after.cases(call)) && before.otherwise().equals(after.otherwise())) {
            return Optional.empty();
        }
        try {
            List<ArgumentCube> first = open(call, before);
            List<ArgumentCube> second = open(call, after);
            var limit = new Limit(
                    call,
                    spelled(call, ArgumentCube.minus(second, first)),
                    spelled(call, ArgumentCube.minus(first, second)));
            return limit.gained.isEmpty() && limit.lost.isEmpty() ? Optional.empty() : Optional.of(limit);
        } catch (PolicyException wide) {
            // A profile's condition on more than 32 bits of an argument: compared as it is written.
            List<String> first = written(call, before);
            List<String> second = written(call, after);
            return first.equals(second) ? Optional.empty() : Optional.of(new Limit(call, second, first));
        }
    }

    private static List<ArgumentCube> open(String call, ResolvedPolicy policy) {
        var open = new ArrayList<ArgumentCube>();
        List<ArgumentCube> left = List.of(ArgumentCube.ALL);
        for (CallDecision decision : policy.cases(call)) {
            List<ArgumentCube> cubes = ArgumentCube.of(call, decision.when());
            if (decision.action().mayReachKernel()) {
                open.addAll(cubes);
            }
            left = ArgumentCube.minus(left, cubes);
        }
        if (policy.otherwise().action().mayReachKernel()) {
            open.addAll(left);
        }
        return open;
    }

    private static List<String> spelled(String call, List<ArgumentCube> cubes) {
        if (cubes.contains(ArgumentCube.ALL)) {
            return List.of(call);
        }
        if (cubes.size() > MOST_CASES) {
            return List.of(call + ", " + cubes.size() + " kinds of arguments");
        }
        return cubes.stream()
                .map(cube -> Condition.spelling(call, cube.toConditions()))
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> written(String call, ResolvedPolicy policy) {
        SyscallTable table = policy.target().table();
        var cases = new ArrayList<>(policy.cases(call));
        cases.add(policy.otherwise());
        var explanation = new Explanation(
                call,
                table,
                cases.stream()
                        .filter(decision -> decision.action().mayReachKernel())
                        .map(PolicyDifference::plain)
                        .toList());
        return explanation.cases().stream()
                .map(explanation::spelling)
                .distinct()
                .sorted()
                .toList();
    }

    /// By the outcomes alone: who decided may differ.
    private static Optional<Answer> answer(
            String call, SyscallTable table, ResolvedPolicy before, ResolvedPolicy after) {
        String first = outcome(call, table, before);
        String second = outcome(call, table, after);
        return first.equals(second) ? Optional.empty() : Optional.of(new Answer(call, first, second));
    }

    private static String outcome(String call, SyscallTable table, ResolvedPolicy policy) {
        return policy.explain(call, table, List.of()).cases().stream()
                .map(Case::verdict)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", or "));
    }

    private static String unknown(ResolvedPolicy policy) {
        return plain(policy.otherwise()).verdict();
    }

    private static Case plain(CallDecision decision) {
        return new Case(decision.when(), decision.action(), decision.errnoRet(), decision.origin(), "");
    }
}
