package io.bulkhead.container;

import io.bulkhead.bundle.BundleException;
import io.bulkhead.bundle.ImageUsers;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.image.Image;
import io.bulkhead.image.Images;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.layer.FileOwners;
import io.bulkhead.name.Digest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/// The ids that files, users and groups of an image have. `nobody` (65534) is left out: it is what an id looks like
/// that
/// is not there.
final class ImageIds {

    /// System users that are made in the container later.
    private static final long FEWEST = 1_024;

    private final Images images;
    private final Map<Digest, Long> known = new ConcurrentHashMap<>();

    ImageIds(Images images) {
        this.images = images;
    }

    /// How many ids the image needs: one more than the highest that a file of it belongs to or a user or group has.
    long count(Image image) {
        return known.computeIfAbsent(image.id(), _ -> Math.max(FEWEST, highest(image) + 1));
    }

    private long highest(Image image) {
        LongStream ofFiles =
                images.owners(image).entries().stream().flatMapToLong(each -> LongStream.of(each.uid(), each.gid()));
        LongStream ofUsers = images.layerDirectories(image).stream().mapToLong(ImageIds::highestOfUsers);
        return LongStream.concat(ofFiles, ofUsers)
                .filter(id -> id != IdMaps.OVERFLOW_ID)
                .max()
                .orElse(0);
    }

    private static long highestOfUsers(Path layer) {
        try (Directory root = Directory.open(layer)) {
            return ImageUsers.read(root).highestId();
        } catch (KernelException | BundleException unreadable) {
            throw new EngineException(
                    EngineException.Reason.STORAGE,
                    "userns auto:size=image: the files of the image cannot be looked at: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    /// What to say of files that are nobody's in a container with these ids; nothing of a container of one id, which
    /// has
    /// them all.
    Optional<String> lacking(Image image, IdMaps maps) {
        if (maps.single()) {
            return Optional.empty();
        }
        FileOwners lacking =
                images.owners(image).where(each -> lacks(maps.users(), each.uid()) || lacks(maps.groups(), each.gid()));
        return lacking.files() == 0
                ? Optional.empty()
                : Optional.of("user namespace: " + lacking.files() + " files of the image have owners up to "
                        + lacking.highestId() + ", which are not among the container's "
                        + maps.users().count()
                        + " ids: inside they are nobody's, 65534. --userns=auto:size=image gives a container as many ids "
                        + "as its image needs");
    }

    private static boolean lacks(IdMap map, long id) {
        return id != IdMaps.OVERFLOW_ID && map.hostId(id).isEmpty();
    }
}
