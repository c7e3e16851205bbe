package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Points at a blob by digest and size (OCI image spec, descriptor.md).
record Descriptor(
        String mediaType, Digest digest, long size, Map<String, String> annotations, Optional<Platform> platform) {

    /// Sizes are added up and compared; no registry has a blob of a petabyte.
    private static final long MAX_SIZE = 1L << 50;

    Descriptor {
        annotations = Map.copyOf(annotations);
    }

    Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest, size, Map.of(), Optional.empty());
    }

    static Descriptor read(Json json) {
        json.requireObject();
        long size = json.require("size").number();
        if (size < 0 || size > MAX_SIZE) {
            throw new ImageException(Reason.MALFORMED, "a descriptor's size " + size + " is outside 0.." + MAX_SIZE);
        }
        return new Descriptor(
                json.text("mediaType"),
                json.require("digest").digest(),
                size,
                json.textMap("annotations"),
                json.child("platform").map(Platform::read));
    }

    Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("mediaType", mediaType);
        json.put("digest", digest.toString());
        json.put("size", size);
        if (!annotations.isEmpty()) {
            json.put("annotations", new java.util.TreeMap<>(annotations));
        }
        return json;
    }
}
