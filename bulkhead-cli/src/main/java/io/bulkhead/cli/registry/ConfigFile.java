package io.bulkhead.cli.registry;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonException;
import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.verb.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// The user's Docker configuration, `config.json`, shared with Docker's own client.
record ConfigFile(Path path) {

    static ConfigFile of(Map<String, String> environment) {
        String directory = environment.getOrDefault("DOCKER_CONFIG", "");
        return new ConfigFile(
                directory.isEmpty()
                        ? Path.of(environment.getOrDefault("HOME", "/"), ".docker", "config.json")
                        : Path.of(directory, "config.json"));
    }

    /// @return a JSON object, or an absent value when there is no file
    Json read() {
        try {
            if (!Files.exists(path)) {
                return Json.absent();
            }
            Json config = Json.read(Files.readAllBytes(path));
            if (config.exists() && !(config.value() instanceof Map)) {
                throw new Failure("cannot read " + path + ": it holds no JSON object");
            }
            return config;
        } catch (JsonException _) {
            // What the parser stumbled over may be a part of a password.
            throw new Failure("cannot read " + path + ": it is not JSON");
        } catch (IOException failure) {
            throw new Failure("cannot read " + path + ": " + reason(failure));
        }
    }

    /// The whole old file or the whole new one is there at any moment, and nobody else may read it.
    void replace(Map<String, ?> config) {
        try {
            Path file = target();
            Path directory = file.toAbsolutePath().getParent();
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path whole = Files.createTempFile(
                    directory,
                    "config.json",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                write(whole, JsonText.tabbed(config));
                keepOwner(file, whole);
                Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(whole);
            }
        } catch (IOException failure) {
            throw new Failure("cannot write " + path + ": " + reason(failure));
        }
    }

    /// Behind a symbolic link, which stays one.
    private Path target() throws IOException {
        if (Files.exists(path)) {
            return path.toRealPath();
        }
        return Files.isSymbolicLink(path) ? path.resolveSibling(Files.readSymbolicLink(path)) : path;
    }

    private static void write(Path file, String text) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /// Root may work for somebody else, who wants to go on reading the file.
    private static void keepOwner(Path before, Path after) throws IOException {
        if (!Files.exists(before)) {
            return;
        }
        for (String id : new String[] {"unix:uid", "unix:gid"}) {
            Object owner = Files.getAttribute(before, id);
            if (!owner.equals(Files.getAttribute(after, id))) {
                Files.setAttribute(after, id, owner);
            }
        }
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.NoSuchFileException _ -> "no such file or directory";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
