package io.bulkhead.seccomp;

import io.bulkhead.capability.Capability;
import io.bulkhead.seccomp.SyscallPolicy.Base;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a policy allows that the default would not, for the same capabilities. What it denies is no concern here.
///
/// @param calls by name, or `all`, or a call with the conditions under which it is allowed
/// @param families of sockets, by name
/// @param tables that are no machine's own
public record BeyondDefault(SortedSet<String> calls, SortedSet<String> families, Set<SyscallTable> tables) {

    /// More cases than this of one call are named by the call alone.
    private static final int MOST_CASES = 4;

    public BeyondDefault {
        calls = Collections.unmodifiableSortedSet(new TreeSet<>(calls));
        families = Collections.unmodifiableSortedSet(new TreeSet<>(families));
        tables = Set.copyOf(tables);
    }

    public static BeyondDefault of(SyscallPolicy policy, Set<Capability> capabilities) {
        var beyond = new BeyondDefault(new TreeSet<>(), new TreeSet<>(), foreignTables(policy));
        if (policy.base() instanceof Base.Default && policy.spelling().isEmpty()) {
            return beyond;
        }
        var calls = new TreeSet<String>();
        var families = new TreeSet<String>();
        var target = new Target(SyscallTable.X86_64, capabilities);
        var wanted = new CallDecisions(policy, ResolvedPolicy.base(policy, target));
        if (wanted.otherwise().action().mayReachKernel()) {
            calls.add("all");
            return new BeyondDefault(calls, families, beyond.tables());
        }
        var normal = new CallDecisions(SyscallPolicy.defaultPolicy(), DefaultPolicy.base(capabilities, target.table()));
        for (String call : wanted.names()) {
            List<CallDecision> open = open(wanted, call);
            if (!open.isEmpty()) {
                add(call, cubes(call, open), cubes(call, open(normal, call)), calls, families);
            }
        }
        return new BeyondDefault(calls, families, beyond.tables());
    }

    private static List<CallDecision> open(CallDecisions decisions, String call) {
        return decisions.of(call).stream()
                .filter(decision -> decision.action().mayReachKernel())
                .toList();
    }

    /// Empty if there are conditions that cannot be compared; then only the whole call being allowed is as much.
    private static Optional<List<ArgumentCube>> cubes(String call, List<CallDecision> decisions) {
        var cubes = new ArrayList<ArgumentCube>();
        try {
            decisions.forEach(decision -> cubes.addAll(ArgumentCube.of(call, decision.when())));
        } catch (PolicyException wide) {
            return Optional.empty();
        }
        return Optional.of(cubes);
    }

    private static void add(
            String call,
            Optional<List<ArgumentCube>> wanted,
            Optional<List<ArgumentCube>> normal,
            Set<String> calls,
            Set<String> families) {
        List<ArgumentCube> left =
                ArgumentCube.minus(wanted.orElse(List.of(ArgumentCube.ALL)), normal.orElse(List.of()));
        if (left.isEmpty()) {
            return;
        }
        boolean sockets = call.equals("socket") || call.equals("socketpair");
        List<Optional<String>> named = left.stream().map(BeyondDefault::family).toList();
        if (sockets && named.stream().allMatch(Optional::isPresent)) {
            named.forEach(family -> families.add(family.orElseThrow()));
        } else if (left.size() > MOST_CASES || wanted.isEmpty() || left.contains(ArgumentCube.ALL)) {
            calls.add(call);
        } else {
            left.forEach(cube -> calls.add(Condition.spelling(call, cube.toConditions())));
        }
    }

    private static Optional<String> family(ArgumentCube cube) {
        ArgumentCube.Bits first = cube.arguments().getFirst();
        return first.mask() == -1 ? SocketFamilies.name(first.value()) : Optional.empty();
    }

    private static Set<SyscallTable> foreignTables(SyscallPolicy policy) {
        var tables = EnumSet.noneOf(SyscallTable.class);
        if (policy.base() instanceof Base.Profile(var profile)) {
            Arrays.stream(SyscallTable.values())
                    .filter(table -> profile.architectures().contains(table.ociName()))
                    .forEach(tables::add);
        }
        tables.addAll(policy.tables(PolicyRule.Effect.ALLOW));
        tables.removeAll(policy.tables(PolicyRule.Effect.DENY));
        tables.removeIf(SyscallTable::isNative);
        return tables;
    }
}
