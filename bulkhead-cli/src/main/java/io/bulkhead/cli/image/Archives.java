package io.bulkhead.cli.image;

import io.bulkhead.cli.output.Meter;
import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.verb.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Files that are sent to the daemon, with a bar where somebody looks.
final class Archives {

    private Archives() {}

    /// @param file `-` for standard input
    static InputStream open(String file, String title, Console console) throws IOException {
        boolean standardInput = file.equals("-");
        InputStream stream = standardInput ? console.in() : Files.newInputStream(Path.of(file));
        if (!Tty.is(2)) {
            return stream;
        }
        return new Meter(stream, title, standardInput ? 0 : Files.size(Path.of(file)), console.err());
    }

    static String problem(String file, IOException failure) {
        return failure instanceof NoSuchFileException
                ? "open " + file + ": no such file or directory"
                : file + ": " + failure.getMessage();
    }
}
