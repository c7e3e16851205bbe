package io.bulkhead.dockerapi;

import io.bulkhead.http.Exchange;
import io.bulkhead.name.Names;
import java.util.Optional;

/// Query parameters as Docker reads them.
public final class Query {

    private Query() {}

    /// Docker's `BoolValue`: everything but nothing, `0`, `no`, `false` and `none` is true.
    public static boolean flag(Exchange exchange, String name) {
        return switch (text(exchange, name).strip().toLowerCase(java.util.Locale.ROOT)) {
            case "", "0", "no", "false", "none" -> false;
            default -> true;
        };
    }

    /// The value, or empty text.
    public static String text(Exchange exchange, String name) {
        return exchange.query(name).orElse("");
    }

    /// The value, unless it is missing or empty.
    public static Optional<String> given(Exchange exchange, String name) {
        return exchange.query(name).filter(value -> !value.isEmpty());
    }

    /// A whole number, or `otherwise` when none is given.
    ///
    /// @throws IllegalArgumentException for anything else, or outside 0..max
    public static int number(Exchange exchange, String name, int otherwise, int max) {
        Optional<String> given = given(exchange, name);
        if (given.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(given.get());
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, as a number out of range is.
        }
        throw new IllegalArgumentException(
                name + " `" + Names.shown(given.get()) + "` is not a number from 0 to " + max);
    }
}
