package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// A named set of system calls (resource `groups.txt`).
///
/// @param name without the `@`
/// @param why what the calls have in common
public record SyscallGroup(String name, String why, Set<String> calls) {

    private static final SortedMap<String, SyscallGroup> GROUPS = load();

    public SyscallGroup {
        calls = Collections.unmodifiableSet(new TreeSet<>(calls));
    }

    /// Every group, sorted by name.
    public static Collection<SyscallGroup> all() {
        return GROUPS.values();
    }

    /// @param name without the `@`
    /// @throws PolicyException UNKNOWN_GROUP, with the nearest names
    public static SyscallGroup require(String name) {
        SyscallGroup group = GROUPS.get(name);
        if (group == null) {
            throw new PolicyException(
                    Reason.UNKNOWN_GROUP,
                    "no group of system calls is called `@" + Names.shown(name) + "`"
                            + Nearest.hint(name, GROUPS.keySet(), "@") + " (docs/seccomp.md lists them)");
        }
        return group;
    }

    private static SortedMap<String, SyscallGroup> load() {
        var members = new TreeMap<String, List<String>>();
        var reasons = new TreeMap<String, String>();
        String current = "";
        for (String line : Resources.lines("groups.txt")) {
            if (line.startsWith("@")) {
                int colon = line.indexOf(':');
                current = line.substring(1, colon);
                reasons.put(current, line.substring(colon + 1).strip());
                members.put(current, List.of());
            } else if (!line.isEmpty()) {
                members.merge(current, Resources.words(line), SyscallGroup::joined);
            }
        }
        var groups = new TreeMap<String, SyscallGroup>();
        reasons.forEach((name, why) -> groups.put(name, new SyscallGroup(name, why, calls(name, members))));
        return Collections.unmodifiableSortedMap(groups);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
    }

    private static Set<String> calls(String group, SortedMap<String, List<String>> members) {
        var calls = new TreeSet<String>();
        for (String member : members.getOrDefault(group, List.of())) {
            if (member.startsWith("@")) {
                calls.addAll(calls(member.substring(1), members));
            } else {
                calls.add(Syscalls.require(member));
            }
        }
        return calls;
    }
}
