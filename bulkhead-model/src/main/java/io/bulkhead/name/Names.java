package io.bulkhead.name;

/// How foreign text appears in messages: cut and escaped, so that a hostile name cannot forge a log line or a terminal
/// sequence.
public final class Names {

    private static final int SHOWN = 80;

    private Names() {}

    /// `text` with control characters escaped, cut after 80 characters.
    public static String shown(String text) {
        var shown = new StringBuilder();
        text.codePoints().limit(SHOWN).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        if (text.codePointCount(0, text.length()) > SHOWN) {
            shown.append("...");
        }
        return shown.toString();
    }
}
