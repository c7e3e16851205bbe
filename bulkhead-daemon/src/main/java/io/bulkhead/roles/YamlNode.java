package io.bulkhead.roles;

import java.util.List;

/// YAML with the line each part begins in. Jackson's own trees forget it, and a mistake in a file is told by its line.
sealed interface YamlNode {

    /// From 1.
    int line();

    /// @param text of a number or `true` too, as it was written
    record Scalar(String text, int line) implements YamlNode {}

    record Sequence(List<YamlNode> items, int line) implements YamlNode {}

    /// In the order of the file; no key is there twice.
    record Mapping(List<Entry> entries, int line) implements YamlNode {}

    record Entry(Scalar key, YamlNode value) {}

    /// What it is called in messages.
    default String kind() {
        return switch (this) {
            case Scalar _ -> "a word";
            case Sequence _ -> "a list";
            case Mapping _ -> "keys with values";
        };
    }
}
