package io.bulkhead.dockerapi.create;

import io.bulkhead.access.Privilege;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Paths of the host as a request names them, resolved to what they lead to: the decision is about that, and so is the
/// mount, which refuses links when it pins the path again.
final class HostPaths {

    private static final int FORMAT = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private final Consumer<Privilege> mayLook;

    /// @param mayLook refuses a look at a path that could not be granted anyway: whether it exists is nobody's business
    HostPaths(Consumer<Privilege> mayLook) {
        this.mayLook = mayLook;
    }

    /// Something that exists.
    String existing(String path, boolean readOnly) {
        Path asked = bindSource(path, readOnly);
        try {
            return asked.toRealPath().toString();
        } catch (NoSuchFileException _) {
            throw Invalid.because("invalid mount config for type \"bind\": bind source path does not exist: "
                    + io.bulkhead.name.Names.shown(path));
        } catch (IOException failure) {
            throw unreadable(path, failure);
        }
    }

    /// Something that exists, or where it would be made: the real path of the nearest directory there is, and the rest.
    String existingOrNew(String path, boolean readOnly) {
        Path asked = bindSource(path, readOnly);
        for (Path present = asked; present != null; present = present.getParent()) {
            Optional<Path> real = real(present, path);
            if (real.isPresent()) {
                return made(real.get(), present.relativize(asked), path);
            }
        }
        throw Invalid.value("bind source path", path, "it leads nowhere");
    }

    private static String made(Path real, Path rest, String path) {
        if (rest.toString().isEmpty()) {
            return real.toString();
        }
        for (Path part : rest) {
            if (part.toString().equals("..")) {
                throw Invalid.value("bind source path", path, "it goes up from a directory that does not exist");
            }
        }
        if (!Files.isDirectory(real)) {
            throw Invalid.value("bind source path", path, "it goes through something that is not a directory");
        }
        return real.resolve(rest).normalize().toString();
    }

    /// Empty only where nothing is. A dangling link is something: making its target is nobody's request.
    private static Optional<Path> real(Path present, String path) {
        try {
            return Optional.of(present.toRealPath());
        } catch (NoSuchFileException _) {
            if (Files.isSymbolicLink(present)) {
                throw Invalid.value("bind source path", path, "it goes through a link that leads nowhere");
            }
            return Optional.empty();
        } catch (java.nio.file.FileSystemException failure) {
            if (String.valueOf(failure.getReason()).equals("Not a directory")) {
                return Optional.empty();
            }
            throw unreadable(path, failure);
        } catch (IOException failure) {
            throw unreadable(path, failure);
        }
    }

    /// A device node.
    String device(String path, String access) {
        Path asked = absolute(path);
        mayLook.accept(new Privilege.Device(asked.normalize().toString(), access));
        try {
            Path real = asked.toRealPath();
            Map<String, Object> attributes = Files.readAttributes(real, "unix:mode");
            int format = (Integer) attributes.getOrDefault("mode", 0) & FORMAT;
            if (format != CHARACTER_DEVICE && format != BLOCK_DEVICE) {
                throw Invalid.value("HostConfig.Devices", path, "it is not a device node");
            }
            return real.toString();
        } catch (IOException _) {
            throw Invalid.because("error gathering device information while adding custom device \""
                    + io.bulkhead.name.Names.shown(path) + "\": no such file or directory");
        }
    }

    private Path bindSource(String path, boolean readOnly) {
        Path asked = absolute(path);
        mayLook.accept(new Privilege.HostPath(asked.normalize().toString(), readOnly));
        return asked;
    }

    private static Path absolute(String path) {
        try {
            if (path.startsWith("/")) {
                return Path.of(path);
            }
        } catch (InvalidPathException _) {
            // refused below
        }
        throw Invalid.value("path", path, "a path of the host must be absolute");
    }

    private static RuntimeException unreadable(String path, IOException failure) {
        return Invalid.value(
                "path", path, "cannot be resolved: " + failure.getClass().getSimpleName());
    }
}
