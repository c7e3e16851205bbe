package io.bulkhead.cli.template;

import io.bulkhead.cli.json.JsonText;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The functions of Go's templates and of Docker's, as far as they are supported.
final class Functions {

    private static final Set<String> KNOWN = Set.of(
            "json",
            "join",
            "split",
            "lower",
            "upper",
            "title",
            "truncate",
            "pad",
            "println",
            "print",
            "printf",
            "len",
            "index",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "and",
            "or",
            "not");

    private Functions() {}

    /// @throws TemplateException when there is no such function here
    static void check(String name) {
        if (!KNOWN.contains(name)) {
            throw new TemplateException("function \"" + name + "\" is not supported; there are "
                    + KNOWN.stream().sorted().collect(Collectors.joining(" ")));
        }
    }

    static @Nullable Object call(String name, List<Argument> arguments) {
        return switch (name) {
            case "json" -> JsonText.compact(one(name, arguments).value());
            case "lower" -> one(name, arguments).text().toLowerCase(Locale.ROOT);
            case "upper" -> one(name, arguments).text().toUpperCase(Locale.ROOT);
            case "title" -> title(one(name, arguments).text());
            case "not" -> !Shown.truth(one(name, arguments).value());
            case "len" -> length(one(name, arguments).value());
            case "join" -> join(some(name, arguments, 2));
            case "split" -> split(some(name, arguments, 2));
            case "truncate" -> truncate(some(name, arguments, 2));
            case "pad" -> pad(some(name, arguments, 3));
            case "print" -> arguments.stream().map(Argument::text).collect(Collectors.joining());
            case "println" -> arguments.stream().map(Argument::text).collect(Collectors.joining(" ")) + "\n";
            case "printf" -> Printf.format(arguments);
            case "index" -> index(arguments);
            case "and" -> choose(name, arguments, false);
            case "or" -> choose(name, arguments, true);
            default -> compare(name, arguments);
        };
    }

    private static Argument one(String name, List<Argument> arguments) {
        return some(name, arguments, 1).getFirst();
    }

    private static List<Argument> some(String name, List<Argument> arguments, int count) {
        if (arguments.size() != count) {
            throw new TemplateException(
                    "wrong number of args for " + name + ": want " + count + " got " + arguments.size());
        }
        return arguments;
    }

    private static String title(String text) {
        return text.isEmpty() ? text : Character.toTitleCase(text.charAt(0)) + text.substring(1);
    }

    private static Long length(@Nullable Object value) {
        return switch (value) {
            case String text -> (long) text.length();
            case List<?> list -> (long) list.size();
            case Map<?, ?> map -> (long) map.size();
            case null -> 0L;
            default -> throw new TemplateException("len of `" + Shown.text(value) + "`");
        };
    }

    private static String join(List<Argument> arguments) {
        if (arguments.getFirst().value() instanceof List<?> list) {
            return list.stream()
                    .map(Shown::text)
                    .collect(Collectors.joining(arguments.get(1).text()));
        }
        if (arguments.getFirst().value() == null) {
            return "";
        }
        throw new TemplateException(
                "join needs a list, not `" + arguments.getFirst().text() + "`");
    }

    private static List<String> split(List<Argument> arguments) {
        String separator = java.util.regex.Pattern.quote(arguments.get(1).text());
        return Arrays.asList(arguments.getFirst().text().split(separator, -1));
    }

    private static String truncate(List<Argument> arguments) {
        String text = arguments.getFirst().text();
        int length = (int) Math.max(0, arguments.get(1).number("truncate"));
        return text.length() > length ? text.substring(0, length) : text;
    }

    private static String pad(List<Argument> arguments) {
        String text = arguments.getFirst().text();
        if (text.isEmpty()) {
            return text;
        }
        int before = Math.clamp(arguments.get(1).number("pad"), 0, 1000);
        int after = Math.clamp(arguments.get(2).number("pad"), 0, 1000);
        return " ".repeat(before) + text + " ".repeat(after);
    }

    private static @Nullable Object index(List<Argument> arguments) {
        if (arguments.isEmpty()) {
            throw new TemplateException("index needs a map or a list");
        }
        Object value = arguments.getFirst().value();
        for (Argument key : arguments.subList(1, arguments.size())) {
            value = indexed(value, key);
        }
        return value;
    }

    private static @Nullable Object indexed(@Nullable Object value, Argument key) {
        return switch (value) {
            case Map<?, ?> map -> map.containsKey(key.text()) ? map.get(key.text()) : "";
            case List<?> list -> {
                long at = key.number("index");
                if (at < 0 || at >= list.size()) {
                    throw new TemplateException("index out of range: " + at);
                }
                yield list.get((int) at);
            }
            case null -> throw new TemplateException("index of untyped nil");
            default -> throw new TemplateException("can't index `" + Shown.text(value) + "`");
        };
    }

    private static @Nullable Object choose(String name, List<Argument> arguments, boolean wanted) {
        if (arguments.isEmpty()) {
            throw new TemplateException("wrong number of args for " + name + ": want at least 1 got 0");
        }
        for (Argument argument : arguments) {
            if (Shown.truth(argument.value()) == wanted) {
                return argument.value();
            }
        }
        return arguments.getLast().value();
    }

    private static Boolean compare(String name, List<Argument> arguments) {
        if (arguments.size() < 2) {
            throw new TemplateException("missing argument for comparison " + name);
        }
        Argument first = arguments.getFirst();
        if (name.equals("eq")) {
            return arguments.subList(1, arguments.size()).stream().anyMatch(other -> same(first, other));
        }
        Argument second = some(name, arguments, 2).get(1);
        return switch (name) {
            case "ne" -> !same(first, second);
            case "lt" -> order(first, second) < 0;
            case "le" -> order(first, second) <= 0;
            case "gt" -> order(first, second) > 0;
            default -> order(first, second) >= 0;
        };
    }

    private static boolean same(Argument one, Argument other) {
        return (one.value() instanceof Number && other.value() instanceof Number)
                ? order(one, other) == 0
                : Objects.equals(one.value(), other.value());
    }

    private static int order(Argument one, Argument other) {
        if (one.value() instanceof Number && other.value() instanceof Number) {
            return new BigDecimal(one.text()).compareTo(new BigDecimal(other.text()));
        }
        if (one.value() instanceof String && other.value() instanceof String) {
            return one.text().compareTo(other.text());
        }
        throw new TemplateException("incompatible types for comparison");
    }
}
