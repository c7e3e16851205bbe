package io.bulkhead.cli.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/// Numbers of bytes: for people as Docker writes them, and from people as Docker reads them.
public final class Sizes {

    private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"};
    private static final String UNITS = "kmgtp";

    private Sizes() {}

    /// In powers of 1000 and three digits: `12.3MB`.
    public static String decimal(double bytes) {
        return scaled(bytes, 1000, DECIMAL, 3);
    }

    /// In powers of 1000 and four digits, where Docker does not round to three: `12.34MB`.
    public static String fineDecimal(double bytes) {
        return scaled(bytes, 1000, DECIMAL, 4);
    }

    /// In powers of 1024 and four digits: `1.953GiB`.
    public static String binary(double bytes) {
        return scaled(bytes, 1024, BINARY, 4);
    }

    private static String scaled(double bytes, double base, String[] units, int digits) {
        double size = bytes;
        int unit = 0;
        while (size >= base && unit < units.length - 1) {
            size /= base;
            unit++;
        }
        return number(size, digits) + units[unit];
    }

    /// As C's `%.3g` for numbers that need no exponent; a larger one keeps all its whole digits.
    private static String number(double size, int digits) {
        BigDecimal rounded = new BigDecimal(size).round(new MathContext(digits));
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /// `512m`, `1.5g`, `64kib`, `1024`: powers of 1024, as every size option of Docker's.
    ///
    /// @throws IllegalArgumentException in Docker's words
    public static long parse(String text) {
        String unit = text.strip().toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < unit.length() && (Character.isDigit(unit.charAt(digits)) || unit.charAt(digits) == '.')) {
            digits++;
        }
        if (digits == 0) {
            throw new IllegalArgumentException("invalid size: '" + text + "'");
        }
        BigDecimal number = number(text, unit.substring(0, digits));
        long factor = factor(text.strip(), unit.substring(digits).stripLeading());
        BigDecimal bytes = number.multiply(BigDecimal.valueOf(factor));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("invalid size: '" + text + "'");
        }
        return bytes.longValue();
    }

    private static BigDecimal number(String text, String digits) {
        try {
            return new BigDecimal(digits);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("invalid size: '" + text + "'");
        }
    }

    private static long factor(String text, String suffix) {
        if (suffix.isEmpty() || suffix.equals("b")) {
            return 1;
        }
        int power = UNITS.indexOf(suffix.charAt(0));
        String rest = suffix.substring(1);
        if (power < 0 || !(rest.isEmpty() || rest.equals("b") || rest.equals("ib"))) {
            throw new IllegalArgumentException(
                    "invalid suffix: '" + text.substring(text.length() - suffix.length()) + "'");
        }
        return 1L << (10 * (power + 1));
    }
}
