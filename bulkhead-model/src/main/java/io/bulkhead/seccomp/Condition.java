package io.bulkhead.seccomp;

import io.bulkhead.name.Names;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What an argument has to be: its bits under `mask` are those of `value`. Of these arguments the kernel reads 32 bits,
/// and so does the filter.
///
/// @param index of the argument, from 0
public record Condition(int index, int mask, int value) {

    private static final int ALL_BITS = -1;
    private static final String ANY = "_";

    public Condition {
        if (index < 0 || index > 5 || mask == 0 || (value & ~mask) != 0) {
            throw new IllegalArgumentException("condition " + index + " " + mask + " " + value);
        }
    }

    static Condition equal(int index, int value) {
        return new Condition(index, ALL_BITS, value);
    }

    /// What stands between the parentheses of `socket(AF_INET, SOCK_RAW/0xf)`.
    static List<Condition> parse(String call, String text) {
        CallArguments arguments = CallArguments.require(call);
        List<String> words = List.of(text.split(",", -1));
        var conditions = new ArrayList<Condition>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).strip();
            int index = words.size() == 1 ? arguments.decisive() : i;
            if (!word.equals(ANY)) {
                require(call, arguments, index);
                conditions.add(one(arguments, index, word));
            }
        }
        if (conditions.isEmpty()) {
            throw new PolicyException(
                    Reason.CONDITION, "`" + call + "(" + Names.shown(text) + ")` has no condition: leave out the ()");
        }
        return conditions;
    }

    static void require(String call, CallArguments arguments, int index) {
        if (!arguments.takes(index)) {
            throw new PolicyException(
                    Reason.CONDITION,
                    "argument " + index + " of `" + call + "` takes no condition; its arguments are "
                            + String.join(", ", arguments.names()));
        }
    }

    private static Condition one(CallArguments arguments, int index, String word) {
        if (word.startsWith("+") || word.startsWith("-")) {
            int flags = arguments.value(index, word.substring(1));
            return masked(index, flags, word.startsWith("+") ? flags : 0, word);
        }
        int slash = word.indexOf('/');
        if (slash < 0) {
            return equal(index, arguments.value(index, word));
        }
        return masked(
                index,
                arguments.value(index, word.substring(slash + 1)),
                arguments.value(index, word.substring(0, slash)),
                word);
    }

    private static Condition masked(int index, int mask, int value, String word) {
        if (mask == 0 || (value & ~mask) != 0) {
            throw new PolicyException(
                    Reason.CONDITION, "`" + Names.shown(word) + "`: the value has bits outside the mask, or no mask");
        }
        return new Condition(index, mask, value);
    }

    /// As a rule writes them, for example `ioctl(TIOCSTI)`.
    static String spelling(String call, List<Condition> conditions) {
        CallArguments arguments = CallArguments.require(call);
        if (conditions.size() == 1 && conditions.getFirst().index == arguments.decisive()) {
            return call + "(" + conditions.getFirst().spelling(arguments) + ")";
        }
        int last =
                Math.max(1, conditions.stream().mapToInt(Condition::index).max().orElse(0));
        var words = new ArrayList<String>();
        for (int i = 0; i <= last; i++) {
            int index = i;
            words.add(conditions.stream()
                    .filter(condition -> condition.index == index)
                    .map(condition -> condition.spelling(arguments))
                    .findFirst()
                    .orElse(ANY));
        }
        return call + "(" + String.join(",", words) + ")";
    }

    private String spelling(CallArguments arguments) {
        if (mask == ALL_BITS) {
            return arguments.name(index, value).orElseGet(() -> hex(value));
        }
        if (value == mask || value == 0) {
            return (value == 0 ? "-" : "+") + flags(arguments).orElseGet(() -> hex(mask));
        }
        return arguments.name(index, value).orElseGet(() -> hex(value)) + "/" + hex(mask);
    }

    private Optional<String> flags(CallArguments arguments) {
        int left = mask;
        var names = new ArrayList<String>();
        for (int bit = 1; bit != 0; bit <<= 1) {
            Optional<String> name = (mask & bit) == 0 ? Optional.empty() : arguments.name(index, bit);
            if (name.isPresent()) {
                names.add(name.get());
                left &= ~bit;
            }
        }
        return left == 0 ? Optional.of(names.stream().collect(Collectors.joining("|"))) : Optional.empty();
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
