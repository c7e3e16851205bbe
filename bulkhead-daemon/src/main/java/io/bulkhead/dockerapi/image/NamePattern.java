package io.bulkhead.dockerapi.image;

import io.bulkhead.name.ImageName;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The `reference` filter: a pattern in the manner of Go's `path.Match`, where `*` and `?` stop at slashes.
final class NamePattern {

    private final Pattern pattern;

    NamePattern(String text) {
        var regex = new StringBuilder();
        boolean set = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (set) {
                set = c != ']';
                regex.append("]-^".indexOf(c) >= 0 ? String.valueOf(c) : Pattern.quote(String.valueOf(c)));
            } else {
                set = c == '[';
                regex.append(
                        switch (c) {
                            case '*' -> "[^/]*";
                            case '?' -> "[^/]";
                            case '[' -> "[";
                            default -> Pattern.quote(String.valueOf(c));
                        });
            }
        }
        try {
            pattern = Pattern.compile(regex.toString());
        } catch (PatternSyntaxException _) {
            throw io.bulkhead.dockerapi.Filters.invalid("reference", text);
        }
    }

    /// With its tag or without.
    boolean fits(ImageName name) {
        return pattern.matcher(name.familiar()).matches()
                || pattern.matcher(name.familiarRepository()).matches();
    }
}
