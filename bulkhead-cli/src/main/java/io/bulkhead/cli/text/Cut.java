package io.bulkhead.cli.text;

/// Making long things short.
public final class Cut {

    private static final int SHORT_ID = 12;

    private Cut() {}

    /// The first twelve digits of an id, without the name of its algorithm.
    public static String id(String id) {
        String digits = id.substring(id.indexOf(':') + 1);
        return digits.length() > SHORT_ID ? digits.substring(0, SHORT_ID) : digits;
    }

    /// At most so many characters, the last one being an ellipsis when something was cut.
    public static String ellipsis(String text, int length) {
        if (text.codePointCount(0, text.length()) <= length) {
            return text;
        }
        return length <= 1 ? "…" : text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
    }
}
