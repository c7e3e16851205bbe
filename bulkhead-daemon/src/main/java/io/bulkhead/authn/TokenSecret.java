package io.bulkhead.authn;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/// What whoever holds a token knows: `bhd_` and 256 random bits. Never shown but once, to who made it.
///
/// What is kept is its SHA-256 and no slow hash such as argon2: those make guessing of passwords dear, and there is
/// nothing to guess in 256 random bits. A slow one would let anybody keep the daemon busy with wrong tokens.
public final class TokenSecret {

    private static final String PREFIX = "bhd_";
    private static final int BYTES = 32;
    private static final Pattern FORM = Pattern.compile("bhd_[A-Za-z0-9_-]{43}");

    private final String text;

    private TokenSecret(String text) {
        this.text = text;
    }

    static TokenSecret random(SecureRandom randomness) {
        byte[] bits = new byte[BYTES];
        randomness.nextBytes(bits);
        return new TokenSecret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
    }

    /// Empty if it cannot be one.
    static Optional<TokenSecret> of(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new TokenSecret(text)) : Optional.empty();
    }

    byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("no SHA-256 in this JDK", missing);
        }
    }

    /// For the one answer that has it.
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "TokenSecret[hidden]";
    }
}
