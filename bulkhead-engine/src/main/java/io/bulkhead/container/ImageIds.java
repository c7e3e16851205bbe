package io.bulkhead.container;

import io.bulkhead.bundle.BundleException;
import io.bulkhead.bundle.ImageUsers;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.image.Image;
import io.bulkhead.image.Images;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.Digest;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How many ids an image needs: one more than the highest that a file of it belongs to or a user or group has. `nobody`
/// (65534) is left out: it is what an id looks like that is not there.
final class ImageIds {

    /// System users that are made in the container later.
    private static final long FEWEST = 1_024;

    private final Images images;
    private final Map<Digest, Long> known = new ConcurrentHashMap<>();

    ImageIds(Images images) {
        this.images = images;
    }

    /// The first time a walk over all files of the image.
    long count(Image image) {
        return known.computeIfAbsent(image.id(), _ -> Math.max(FEWEST, highest(image) + 1));
    }

    private long highest(Image image) {
        long highest = 0;
        for (Path layer : images.layerDirectories(image)) {
            var owners = new Owners();
            try (Directory root = Directory.open(layer)) {
                Files.walkFileTree(layer, owners);
                highest = Math.max(
                        highest, Math.max(owners.highest, ImageUsers.read(root).highestId()));
            } catch (IOException | KernelException | BundleException unreadable) {
                throw new EngineException(
                        EngineException.Reason.STORAGE,
                        "userns auto:size=image: the files of the image cannot be looked at: "
                                + unreadable.getMessage(),
                        unreadable);
            }
        }
        return highest;
    }

    private static final class Owners extends SimpleFileVisitor<Path> {
        private long highest;

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            return look(directory);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            return look(file);
        }

        private FileVisitResult look(Path file) throws IOException {
            for (Object id : Files.readAttributes(file, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS)
                    .values()) {
                long number = Integer.toUnsignedLong((Integer) id);
                if (number != IdMaps.OVERFLOW_ID) {
                    highest = Math.max(highest, number);
                }
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
