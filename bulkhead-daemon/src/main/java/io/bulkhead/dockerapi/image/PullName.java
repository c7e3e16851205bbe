package io.bulkhead.dockerapi.image;

import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.util.Optional;

/// A name that a request gives in two parameters.
final class PullName {

    private PullName() {}

    /// `tag` may be a digest, and goes before a tag that `name` has. Without any, `latest`.
    static ImageName of(String name, String tag) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("invalid reference format: the name is empty");
        }
        ImageName parsed = ImageName.parse(name);
        if (tag.isEmpty() || parsed.digest().isPresent()) {
            return parsed.withDefaultTag();
        }
        Optional<Digest> digest = Digest.tryParse(tag);
        return digest.isPresent()
                ? new ImageName(parsed.registry(), parsed.repository(), Optional.empty(), digest)
                : new ImageName(parsed.registry(), parsed.repository(), Optional.of(tag), Optional.empty());
    }
}
