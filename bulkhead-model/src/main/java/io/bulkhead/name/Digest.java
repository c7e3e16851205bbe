package io.bulkhead.name;

import java.util.Optional;
import java.util.regex.Pattern;

/// A content digest, `sha256:` and 64 lower-case hex digits (OCI image spec, descriptor.md "Digests"). Only SHA-256 and
/// SHA-512 exist here: an unknown algorithm could not be verified, so it cannot be named. Strict parsing is what keeps
/// a
/// digest from becoming a path (CVE-2024-3727).
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

    /// The registered algorithms, with the length of their hex form.
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String ociName;
        private final String javaName;
        private final int hexLength;

        Algorithm(String ociName, String javaName, int hexLength) {
            this.ociName = ociName;
            this.javaName = javaName;
            this.hexLength = hexLength;
        }

        public String ociName() {
            return ociName;
        }

        /// The name [java.security.MessageDigest] knows it by.
        public String javaName() {
            return javaName;
        }
    }

    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

    public Digest {
        if (hex.length() != algorithm.hexLength || !HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("digest `" + Names.shown(hex) + "` is not " + algorithm.hexLength
                    + " lower-case hex digits, as " + algorithm.ociName + " needs");
        }
    }

    /// Reads `sha256:<hex>`; anything else is an [IllegalArgumentException].
    public static Digest parse(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            if (text.startsWith(algorithm.ociName + ":")) {
                return new Digest(algorithm, text.substring(algorithm.ociName.length() + 1));
            }
        }
        throw new IllegalArgumentException("digest `" + Names.shown(text) + "` does not start with sha256: or sha512:");
    }

    public static Digest sha256(String hex) {
        return new Digest(Algorithm.SHA256, hex);
    }

    /// The digest, if `text` is one.
    public static Optional<Digest> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// The first 12 hex digits, as lists print it.
    public String shortHex() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return algorithm.ociName + ":" + hex;
    }
}
