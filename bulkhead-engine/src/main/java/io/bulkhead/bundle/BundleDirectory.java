package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// The engine's own directories for a bundle; no container can reach their names.
final class BundleDirectory {

    /// The runtime mounts as container root, who must pass through here but may not list it.
    static final int PASSABLE = 0711;

    private BundleDirectory() {}

    /// Makes a directory with exactly this mode.
    static void make(Path directory, int mode) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
            }
            Files.setPosixFilePermissions(directory, permissions(mode));
        } catch (IOException failure) {
            throw BundleException.of("make " + directory, failure);
        }
    }

    /// As [#make(Path, int)]; undone by removing it. One that is there is a rest of an earlier start that was killed,
    /// and goes with this one.
    static void make(Path directory, int mode, Undo undo) {
        make(directory, mode);
        undo.add(() -> remove(directory));
    }

    /// Writes a file nobody else may read, over an old one.
    static void write(Path file, byte[] content, int mode) {
        try {
            Files.deleteIfExists(file);
            var attribute = PosixFilePermissions.asFileAttribute(permissions(mode));
            Set<OpenOption> options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            try (var channel = Files.newByteChannel(file, options, attribute)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException failure) {
            throw BundleException.of("write " + file, failure);
        }
    }

    /// An empty file, to mount a file on.
    static void makeFile(Path file, Undo undo) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
        } catch (IOException failure) {
            throw BundleException.of("make " + file, failure);
        }
        undo.add(() -> remove(file));
    }

    private static void remove(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException failure) {
            throw BundleException.of("remove " + directory, failure);
        }
    }

    /// With a user namespace the runtime walks to the root file system as a user whom the host does not know.
    static void requirePassable(Path directory) {
        try {
            for (Path parent = directory.toAbsolutePath(); parent != null; parent = parent.getParent()) {
                if (!Files.getPosixFilePermissions(parent).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    throw new BundleException(
                            Reason.UNSUPPORTED,
                            parent + " is closed to container root, who is nobody on the host: its mode needs o+x "
                                    + "(711) for containers with a user namespace of their own");
                }
            }
        } catch (IOException failure) {
            throw BundleException.of("look at " + directory, failure);
        }
    }

    /// Where a path of the host really leads.
    static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException failure) {
            throw BundleException.of("look for " + path, failure);
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        var all = PosixFilePermissions.fromString("rwxrwxrwx").stream().sorted().toList();
        for (int i = 0; i < all.size(); i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(all.get(i));
            }
        }
        return permissions;
    }
}
