package io.bulkhead.image;

import io.bulkhead.name.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Computes digests.
final class Digests {

    private Digests() {}

    static MessageDigest start(Digest.Algorithm algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.javaName());
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every JDK has " + algorithm.javaName(), missing);
        }
    }

    static Digest end(Digest.Algorithm algorithm, MessageDigest digest) {
        return new Digest(algorithm, HexFormat.of().formatHex(digest.digest()));
    }

    static Digest sha256(byte[] bytes) {
        MessageDigest digest = start(Digest.Algorithm.SHA256);
        digest.update(bytes);
        return end(Digest.Algorithm.SHA256, digest);
    }
}
