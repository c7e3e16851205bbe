package io.bulkhead.name;

import java.util.regex.Pattern;

/// A container's name as Docker allows it: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, at most 128 characters, without the leading
/// slash that the API prints.
public record ContainerName(String value) implements Comparable<ContainerName> {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final int MAX = 128;

    public ContainerName {
        if (value.length() > MAX || !NAME.matcher(value).matches()) {
            throw new IllegalArgumentException("Invalid container name (" + Names.shown(value)
                    + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, 2 to " + MAX + " characters");
        }
    }

    /// Reads a name with or without the API's leading slash.
    public static ContainerName parse(String text) {
        return new ContainerName(text.startsWith("/") ? text.substring(1) : text);
    }

    @Override
    public int compareTo(ContainerName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
