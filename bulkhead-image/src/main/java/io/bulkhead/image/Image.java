package io.bulkhead.image;

import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An image of the store: its configuration, layers and the names it goes by.
///
/// @param id the digest of the configuration, as Docker's image id
/// @param manifest the digest of the manifest in the store
/// @param tags names with a tag
/// @param digests names with a digest, from pulls
/// @param size bytes of all layers, unpacked
public record Image(
        Digest id,
        Digest manifest,
        ImageConfig config,
        List<Layer> layers,
        List<ImageName> tags,
        List<ImageName> digests,
        Instant created,
        long size) {

    public Image {
        layers = List.copyOf(layers);
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
    }

    /// The one of its names that somebody wrote, if it is one: what reads as a name may be the beginning of an id.
    public Optional<ImageName> named(String written) {
        try {
            ImageName name = ImageName.parse(written).withDefaultTag();
            return tags.stream().filter(name::equals).findFirst();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// The same image with other names.
    public Image withTags(List<ImageName> others) {
        return new Image(id, manifest, config, layers, others, digests, created, size);
    }

    /// One layer, bottom first in [Image#layers].
    ///
    /// @param blob the digest of the stored, possibly compressed, blob
    /// @param diffId the digest of the uncompressed tar
    /// @param size bytes, unpacked
    public record Layer(Digest blob, Digest diffId, String mediaType, long blobSize, long size) {}
}
