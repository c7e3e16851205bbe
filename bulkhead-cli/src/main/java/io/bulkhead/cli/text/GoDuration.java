package io.bulkhead.cli.text;

import java.math.BigDecimal;

/// Durations in Go's spelling: `1m30s`, `500ms`, `1.5h`.
public final class GoDuration {

    private GoDuration() {}

    /// In nanoseconds.
    ///
    /// @throws IllegalArgumentException in Go's words
    public static long parse(String text) {
        String rest = text;
        boolean negative = rest.startsWith("-");
        if (negative || rest.startsWith("+")) {
            rest = rest.substring(1);
        }
        if (rest.equals("0")) {
            return 0;
        }
        BigDecimal sum = BigDecimal.ZERO;
        int at = 0;
        do {
            int number = end(rest, at, true);
            int unit = end(rest, number, false);
            if (number == at) {
                throw invalid(text);
            }
            sum = sum.add(part(text, rest.substring(at, number), rest.substring(number, unit)));
            at = unit;
        } while (at < rest.length());
        if (sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalid(text);
        }
        return negative ? -sum.longValue() : sum.longValue();
    }

    private static int end(String text, int start, boolean digits) {
        int at = start;
        while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.') == digits) {
            at++;
        }
        return at;
    }

    private static BigDecimal part(String text, String number, String unit) {
        long nanos = switch (unit) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "" -> throw new IllegalArgumentException("time: missing unit in duration \"" + text + "\"");
            default ->
                throw new IllegalArgumentException("time: unknown unit \"" + unit + "\" in duration \"" + text + "\"");
        };
        try {
            return new BigDecimal(number).multiply(BigDecimal.valueOf(nanos));
        } catch (NumberFormatException _) {
            throw invalid(text);
        }
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration \"" + text + "\"");
    }
}
