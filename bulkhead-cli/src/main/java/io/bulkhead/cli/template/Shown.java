package io.bulkhead.cli.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Values as Go prints them.
final class Shown {

    private Shown() {}

    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "<no value>";
            case Map<?, ?> map ->
                new TreeMap<>(map)
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + ":" + nested(entry.getValue()))
                                .collect(Collectors.joining(" ", "map[", "]"));
            case List<?> list -> list.stream().map(Shown::nested).collect(Collectors.joining(" ", "[", "]"));
            case BigDecimal number -> number.toPlainString();
            default -> String.valueOf(value);
        };
    }

    private static String nested(@Nullable Object value) {
        return value == null ? "<nil>" : text(value);
    }

    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case Number number -> number.doubleValue() != 0;
            case String text -> !text.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case List<?> list -> !list.isEmpty();
            default -> true;
        };
    }
}
