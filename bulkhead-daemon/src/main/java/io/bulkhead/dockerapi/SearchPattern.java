package io.bulkhead.dockerapi;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// A pattern that a client sent. It is one of RE2's, as Docker's are, which is also what makes it safe: matching takes
/// time in proportion to the text, whatever the pattern (docs/decisions/0016-client-patterns.md).
public final class SearchPattern {

    private static final int LONGEST = 256;

    /// Repetitions in repetitions multiply, and every one of them is written out in memory.
    private static final int MOST_REPETITIONS = 10_000;

    private static final Pattern REPETITION = Pattern.compile("\\{([0-9]{1,4})(?:,([0-9]{0,4}))?\\}");

    private final Pattern pattern;

    private SearchPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /// @throws IllegalArgumentException in Docker's words, naming the filter it is for
    public static SearchPattern of(String filter, String text) {
        return of(filter, text, text);
    }

    /// @param shown what the client wrote, from which `regex` was made
    public static SearchPattern of(String filter, String regex, String shown) {
        try {
            if (shown.length() <= LONGEST && repetitions(regex) <= MOST_REPETITIONS) {
                return new SearchPattern(Pattern.compile(regex));
            }
        } catch (PatternSyntaxException _) {
            // refused below
        }
        throw Filters.invalid(filter, shown);
    }

    private static long repetitions(String regex) {
        long all = 1;
        var each = REPETITION.matcher(regex);
        while (each.find() && all <= MOST_REPETITIONS) {
            String most = each.group(2) == null || each.group(2).isEmpty() ? each.group(1) : each.group(2);
            all *= Math.max(1, Integer.parseInt(most));
        }
        return all;
    }

    /// Text to be taken as it is.
    public static String quote(String text) {
        return Pattern.quote(text);
    }

    public boolean isIn(String text) {
        return pattern.matcher(text).find();
    }

    public boolean begins(String text) {
        return pattern.matcher(text).lookingAt();
    }

    public boolean is(String text) {
        return pattern.matcher(text).matches();
    }
}
