package io.bulkhead.trust;

import io.bulkhead.image.Image;
import io.bulkhead.image.Images;

/// Which images may run. With nothing configured every image that root brought in may: signatures come with the trust
/// policy file.
public final class TrustPolicy {

    /// Decides about an image of the store, after checking that its stored bytes are whole.
    public VerifiedImage verify(Images images, Image image) {
        images.requireWhole(image);
        return new VerifiedImage(image, "default: images brought in by root may run");
    }
}
