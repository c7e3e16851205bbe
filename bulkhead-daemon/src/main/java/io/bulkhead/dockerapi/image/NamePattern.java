package io.bulkhead.dockerapi.image;

import io.bulkhead.dockerapi.SearchPattern;
import io.bulkhead.name.ImageName;

/// The `reference` filter: a pattern in the manner of Go's `path.Match`, where `*` and `?` stop at slashes.
final class NamePattern {

    private final SearchPattern pattern;

    NamePattern(String text) {
        var regex = new StringBuilder();
        boolean set = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (set) {
                set = c != ']';
                regex.append("]-^".indexOf(c) >= 0 ? String.valueOf(c) : SearchPattern.quote(String.valueOf(c)));
            } else {
                set = c == '[';
                regex.append(
                        switch (c) {
                            case '*' -> "[^/]*";
                            case '?' -> "[^/]";
                            case '[' -> "[";
                            default -> SearchPattern.quote(String.valueOf(c));
                        });
            }
        }
        pattern = SearchPattern.of("reference", regex.toString(), text);
    }

    /// With its tag or without.
    boolean fits(ImageName name) {
        return pattern.is(name.familiar()) || pattern.is(name.familiarRepository());
    }
}
