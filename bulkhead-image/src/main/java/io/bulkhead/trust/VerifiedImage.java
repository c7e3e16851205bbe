package io.bulkhead.trust;

import io.bulkhead.image.Image;

/// The proof that an image may run: only [TrustPolicy] makes one.
public final class VerifiedImage {

    private final Image image;
    private final String rule;

    VerifiedImage(Image image, String rule) {
        this.image = image;
        this.rule = rule;
    }

    public Image image() {
        return image;
    }

    /// The rule of the trust policy that lets it run, for the record.
    public String rule() {
        return rule;
    }
}
