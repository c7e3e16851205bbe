package io.bulkhead.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the tests need to know about the machine they run on.
final class Host {

    private Host() {}

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    static boolean has(String program) {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
