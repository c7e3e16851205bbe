package io.bulkhead.spec;

import io.bulkhead.name.Names;
import java.util.Optional;
import java.util.regex.Pattern;

/// `uid[:gid]` in all its forms. Parsed once, here; the runtime only ever sees numbers (CVE-2026-30892, CVE-2024-40635:
/// a number that does not fit is refused and never becomes 0).
///
/// @param spelling as written, for display
public record UserSpec(String spelling, Id user, Optional<Id> group) {

    /// A number, or a name to look up in the image's `/etc/passwd` or `/etc/group`.
    public sealed interface Id {
        record Numeric(long value) implements Id {}

        record Named(String value) implements Id {}
    }

    /// The kernel keeps 4294967295 for "no id".
    private static final long MAX_ID = 0xFFFF_FFFEL;

    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.@-]{0,255}\\$?");

    /// Reads `user`, `uid`, `user:group`, `uid:gid` and mixtures; the empty text is uid 0. Digits are always a number,
    /// never a name made of digits.
    public static UserSpec parse(String text) {
        if (text.isEmpty()) {
            return new UserSpec("", new Id.Numeric(0), Optional.empty());
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new UserSpec(text, id(text, text), Optional.empty());
        }
        return new UserSpec(text, id(text.substring(0, colon), text), Optional.of(id(text.substring(colon + 1), text)));
    }

    private static Id id(String part, String whole) {
        if (DIGITS.matcher(part).matches()) {
            if (part.length() > 10 || Long.parseLong(part) > MAX_ID) {
                throw new IllegalArgumentException(
                        "user `" + Names.shown(whole) + "`: " + Names.shown(part) + " is outside 0.." + MAX_ID);
            }
            return new Id.Numeric(Long.parseLong(part));
        }
        if (!NAME.matcher(part).matches()) {
            throw new IllegalArgumentException(
                    "user `" + Names.shown(whole) + "`: `" + Names.shown(part) + "` is neither a number nor a name");
        }
        return new Id.Named(part);
    }
}
