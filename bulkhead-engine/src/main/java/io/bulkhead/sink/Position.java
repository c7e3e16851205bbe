package io.bulkhead.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalLong;

/// How far a sink has come, in a file. A position that is lost or late costs records sent twice.
final class Position {

    private final Path file;

    Position(Path directory, String name) {
        this.file = directory.resolve(name + ".position");
    }

    /// Empty for a sink that is new.
    OptionalLong read() throws IOException {
        if (Files.notExists(file)) {
            return OptionalLong.empty();
        }
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    void write(long seq) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(draft, seq + "\n", StandardCharsets.US_ASCII);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
