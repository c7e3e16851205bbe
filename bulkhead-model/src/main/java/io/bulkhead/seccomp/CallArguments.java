package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The arguments of a call that conditions can be on, and the names of their values (resource `arguments.txt`). The
/// kernel reads 32 bits of each.
///
/// @param names of the arguments in their order, `-` for one that takes no condition
/// @param decisive the one that a single condition is about
/// @param values for each argument, by its name
record CallArguments(List<String> names, int decisive, Map<String, Map<String, Integer>> values) {

    private static final Map<String, CallArguments> CALLS = load();
    private static final String NONE = "-";

    CallArguments {
        names = List.copyOf(names);
        values = Map.copyOf(values);
    }

    /// @throws PolicyException CONDITION if the call takes no condition at all
    static CallArguments require(String call) {
        CallArguments arguments = CALLS.get(call);
        if (arguments == null) {
            throw new PolicyException(
                    Reason.CONDITION,
                    "the arguments of `" + call + "` take no conditions; those of " + String.join(", ", CALLS.keySet())
                            + " do");
        }
        return arguments;
    }

    /// Whether a condition may be on this argument.
    static boolean takesCondition(String call, int index) {
        CallArguments arguments = CALLS.get(call);
        return arguments != null && arguments.takes(index);
    }

    boolean takes(int index) {
        return index < names.size() && !names.get(index).equals(NONE);
    }

    /// A number, decimal or with `0x`, or names of values with `|` between them.
    ///
    /// @throws PolicyException UNKNOWN_VALUE
    int value(int index, String text) {
        Map<String, Integer> known = known(index);
        int value = 0;
        for (String part : text.split("\\|", -1)) {
            Integer named = known.get(part);
            value |= named == null ? number(part, known) : named;
        }
        return value;
    }

    /// The names of an argument's values.
    Map<String, Integer> known(int index) {
        return values.getOrDefault(names.get(index), Map.of());
    }

    private static int number(String text, Map<String, Integer> known) {
        try {
            boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
            return hexadecimal ? Integer.parseUnsignedInt(text, 2, text.length(), 16) : Integer.parseUnsignedInt(text);
        } catch (NumberFormatException malformed) {
            throw new PolicyException(
                    Reason.UNKNOWN_VALUE,
                    "`" + Names.shown(text) + "` is neither a number below 2^32 nor the name of a value"
                            + Nearest.hint(text, known.keySet()));
        }
    }

    /// A value's name, if it has one.
    Optional<String> name(int index, int value) {
        return known(index).entrySet().stream()
                .filter(entry -> entry.getValue() == value)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Map<String, CallArguments> load() {
        var calls = new TreeMap<String, CallArguments>();
        var block = new LinkedHashMap<String, List<String>>();
        var values = new ArrayList<String>();
        for (String line : Resources.lines("arguments.txt")) {
            if (line.isEmpty()) {
                block.forEach((call, words) -> calls.put(Syscalls.require(call), of(words, values)));
                block.clear();
                values.clear();
            } else if (line.startsWith(" ")) {
                values.addAll(Resources.words(line));
            } else {
                List<String> words = Resources.words(line);
                block.put(words.getFirst(), words.subList(1, words.size()));
            }
        }
        block.forEach((call, words) -> calls.put(Syscalls.require(call), of(words, values)));
        return Collections.unmodifiableMap(calls);
    }

    private static CallArguments of(List<String> words, List<String> values) {
        var names = new ArrayList<String>();
        int decisive = 0;
        for (String word : words) {
            if (word.endsWith("*")) {
                decisive = names.size();
            }
            names.add(word.replace("*", ""));
        }
        return new CallArguments(names, decisive, values(names.get(decisive), values));
    }

    private static Map<String, Map<String, Integer>> values(String decisive, List<String> words) {
        var values = new LinkedHashMap<String, Map<String, Integer>>();
        String argument = decisive;
        for (String word : words) {
            if (word.endsWith(":")) {
                argument = word.substring(0, word.length() - 1);
            } else {
                int sign = word.indexOf('=');
                values.computeIfAbsent(argument, _ -> new LinkedHashMap<>())
                        .put(word.substring(0, sign), Integer.decode(word.substring(sign + 1)));
            }
        }
        return values;
    }
}
