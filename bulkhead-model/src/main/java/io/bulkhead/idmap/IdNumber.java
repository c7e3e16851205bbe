package io.bulkhead.idmap;

import java.util.OptionalLong;

/// Ids as they are written. Digits only: what a lenient parser makes of `+0`, ` 0` or 4294967296 would be somebody else
/// (CVE-2024-40635).
public final class IdNumber {

    private static final int LONGEST = 10;

    private IdNumber() {}

    /// An id, on either side of a map; empty for anything that is none.
    public static OptionalLong parse(String text) {
        OptionalLong number = digits(text);
        return number.isPresent() && number.getAsLong() <= IdRange.MAX_ID ? number : OptionalLong.empty();
    }

    /// A number of up to ten digits, such as how many ids there are; whoever takes it says what the bounds are.
    public static OptionalLong digits(String text) {
        boolean digits =
                !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
