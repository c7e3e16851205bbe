package io.bulkhead.chain;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/// The public half of an Ed25519 key that signs checkpoints (RFC 8032).
public final class CheckpointKey {

    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final int ID_BYTES = 8;

    private final byte[] encoded;
    private final PublicKey key;

    private CheckpointKey(byte[] encoded, PublicKey key) {
        this.encoded = encoded;
        this.key = key;
    }

    /// @param encoded a SubjectPublicKeyInfo (RFC 8410)
    /// @throws IllegalArgumentException when it is none
    public static CheckpointKey of(byte[] encoded) {
        try {
            return new CheckpointKey(
                    encoded.clone(), KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException wrong) {
            throw new IllegalArgumentException("this is no public Ed25519 key", wrong);
        }
    }

    /// As the record announces it.
    static CheckpointKey ofBase64(String text) {
        return of(decoded(text));
    }

    /// @param pem as `bulkhead audit key` and openssl write it
    public static CheckpointKey ofPem(String pem) {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("there is no `" + BEGIN + "` in it");
        }
        return of(decoded(pem.substring(begin + BEGIN.length(), end).replaceAll("\\s", "")));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("this is no public Ed25519 key", wrong);
        }
    }

    /// The first bytes of the key's SHA-256, in hex.
    public String id() {
        return HexFormat.of().formatHex(Chain.sha256(encoded), 0, ID_BYTES);
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(encoded);
    }

    public String pem() {
        return BEGIN + "\n" + base64() + "\n" + END + "\n";
    }

    /// @param signature in Base64
    public boolean signed(Checkpoint checkpoint, String signature) {
        try {
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(checkpoint.signedText());
            return verifier.verify(Base64.getDecoder().decode(signature.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return false;
        }
    }
}
