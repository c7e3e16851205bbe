package io.bulkhead.chain;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// How lines hang together: each has a number, `seq`, and the digest of the line before it, `prev`.
public final class Chain {

    /// What the first line of all has for `prev`.
    public static final String BEGINNING = "0".repeat(64);

    private Chain() {}

    /// SHA-256 of a line with its newline, in hex.
    public static String digest(byte[] line) {
        return HexFormat.of().formatHex(sha256(line));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("no SHA-256 in this JDK", impossible);
        }
    }
}
