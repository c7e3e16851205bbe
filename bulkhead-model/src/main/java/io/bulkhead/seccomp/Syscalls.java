package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The names of system calls and their numbers in each [SyscallTable], up to Linux 6.18 (resource `syscalls.txt`).
public final class Syscalls {

    private static final SortedMap<String, Map<SyscallTable, Integer>> CALLS = load();
    private static final Map<SyscallTable, Map<Integer, String>> NAMES = byNumber();

    private Syscalls() {}

    /// Every name of every table, sorted.
    public static Set<String> names() {
        return Collections.unmodifiableSet(CALLS.keySet());
    }

    public static boolean isKnown(String name) {
        return CALLS.containsKey(name);
    }

    /// The tables that have the call; none if nobody knows it.
    public static Set<SyscallTable> tables(String name) {
        return CALLS.getOrDefault(name, Map.of()).keySet();
    }

    /// The plain number, without x32's bit.
    public static OptionalInt number(SyscallTable table, String name) {
        Integer number = CALLS.getOrDefault(name, Map.of()).get(table);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /// @param number plain, without x32's bit
    public static Optional<String> name(SyscallTable table, int number) {
        return Optional.ofNullable(NAMES.getOrDefault(table, Map.of()).get(number));
    }

    /// The name itself, if there is a call of that name in some table.
    ///
    /// @throws PolicyException UNKNOWN_CALL, with the nearest names
    public static String require(String name) {
        if (!isKnown(name)) {
            throw new PolicyException(
                    Reason.UNKNOWN_CALL,
                    "no system call is called `" + Names.shown(name) + "`" + Nearest.hint(name, CALLS.keySet()));
        }
        return name;
    }

    /// The name itself, if one of these tables has the call.
    ///
    /// @throws PolicyException UNKNOWN_CALL, or OTHER_ARCHITECTURE with the tables that have it
    public static String require(String name, Collection<SyscallTable> tables) {
        Set<SyscallTable> having = tables(require(name));
        if (Collections.disjoint(having, tables)) {
            throw new PolicyException(
                    Reason.OTHER_ARCHITECTURE,
                    "the system call `" + name + "` exists only on " + labels(having) + "; this filter is for "
                            + labels(tables));
        }
        return name;
    }

    static String labels(Collection<SyscallTable> tables) {
        return tables.stream().map(SyscallTable::label).collect(Collectors.joining(", "));
    }

    private static SortedMap<String, Map<SyscallTable, Integer>> load() {
        var calls = new TreeMap<String, Map<SyscallTable, Integer>>();
        SyscallTable[] columns = SyscallTable.values();
        for (String line : Resources.lines("syscalls.txt")) {
            if (line.isEmpty()) {
                continue;
            }
            var words = Resources.words(line);
            var numbers = new EnumMap<SyscallTable, Integer>(SyscallTable.class);
            for (int i = 0; i < columns.length; i++) {
                if (!words.get(i + 1).equals("-")) {
                    numbers.put(columns[i], Integer.parseInt(words.get(i + 1)));
                }
            }
            calls.put(words.getFirst(), Collections.unmodifiableMap(numbers));
        }
        return Collections.unmodifiableSortedMap(calls);
    }

    private static Map<SyscallTable, Map<Integer, String>> byNumber() {
        var names = new EnumMap<SyscallTable, Map<Integer, String>>(SyscallTable.class);
        CALLS.forEach((name, numbers) -> numbers.forEach((table, number) ->
                names.computeIfAbsent(table, _ -> new TreeMap<>()).put(number, name)));
        return names;
    }
}
