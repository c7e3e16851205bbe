package io.bulkhead.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The tables that come with the program.
final class Resources {

    private Resources() {}

    /// Its lines without comments; empty lines are kept as "", so that the place in the list is the line's number.
    static List<String> lines(String file) {
        try (InputStream in = Resources.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.startsWith("#") ? "" : line.stripTrailing())
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(file + " cannot be read", failure);
        }
    }

    static List<String> words(String line) {
        return List.of(line.strip().split(" +", -1));
    }
}
