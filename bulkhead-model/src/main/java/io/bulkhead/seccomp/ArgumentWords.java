package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The arguments of a call as people write them.
public final class ArgumentWords {

    private ArgumentWords() {}

    /// Numbers (`0x` for hexadecimal) of up to 64 bits, or for the arguments that rules have names for also these,
    /// with `|` between several.
    ///
    /// @throws PolicyException UNKNOWN_VALUE, or SYNTAX for more than a call has
    public static List<Long> parse(String call, List<String> words) {
        if (words.size() > SeccompData.ARGUMENTS) {
            throw new PolicyException(
                    Reason.SYNTAX, words.size() + " arguments; a system call has at most " + SeccompData.ARGUMENTS);
        }
        var arguments = new ArrayList<Long>();
        for (int i = 0; i < words.size(); i++) {
            Map<String, Integer> names = CallArguments.takesCondition(call, i)
                    ? CallArguments.require(call).known(i)
                    : Map.of();
            long value = 0;
            for (String part : words.get(i).split("\\|", -1)) {
                Integer named = names.get(part);
                value |= named == null ? number(part, names) : Integer.toUnsignedLong(named);
            }
            arguments.add(value);
        }
        return List.copyOf(arguments);
    }

    private static long number(String text, Map<String, Integer> names) {
        try {
            boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
            return hexadecimal ? Long.parseUnsignedLong(text, 2, text.length(), 16) : Long.parseUnsignedLong(text);
        } catch (NumberFormatException malformed) {
            throw new PolicyException(
                    Reason.UNKNOWN_VALUE,
                    "the argument `" + Names.shown(text) + "` is no number below 2^64"
                            + (names.isEmpty() ? "" : ", nor the name of a value")
                            + Nearest.hint(text, names.keySet()));
        }
    }
}
