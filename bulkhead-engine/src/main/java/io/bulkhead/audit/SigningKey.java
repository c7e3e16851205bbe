package io.bulkhead.audit;

import io.bulkhead.chain.Checkpoint;
import io.bulkhead.chain.CheckpointKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// The Ed25519 key that signs checkpoints. Made at the first start and kept for root alone; whoever can read it can
/// write a record that looks like this engine's.
final class SigningKey {

    private static final String NAME = "checkpoint.key";
    private static final String PUBLIC_NAME = "checkpoint.pub";

    private final PrivateKey secret;
    private final CheckpointKey open;

    private SigningKey(PrivateKey secret, CheckpointKey open) {
        this.secret = secret;
        this.open = open;
    }

    /// Reads the key in `directory`, or makes it.
    static SigningKey in(Path directory) throws IOException {
        try {
            Path file = directory.resolve(NAME);
            if (Files.notExists(file)) {
                make(directory);
            }
            var factory = KeyFactory.getInstance("Ed25519");
            var open = CheckpointKey.ofPem(Files.readString(directory.resolve(PUBLIC_NAME)));
            byte[] secret = Base64.getDecoder().decode(Files.readString(file).strip());
            var key = new SigningKey(factory.generatePrivate(new PKCS8EncodedKeySpec(secret)), open);
            key.requirePair(file);
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            throw new IOException("the key in " + directory + " cannot be used: " + wrong.getMessage(), wrong);
        }
    }

    /// A public half of another key would make every checkpoint look forged.
    private void requirePair(Path file) throws IOException {
        var probe = new Checkpoint(0, "", "", 0, open.id());
        if (!open.signed(probe, sign(probe))) {
            throw new IOException(file + " and " + PUBLIC_NAME + " beside it are not of one key");
        }
    }

    /// The secret half last: a start that ends in between makes both again.
    private static void make(Path directory) throws IOException, GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        write(
                directory,
                PUBLIC_NAME,
                CheckpointKey.of(pair.getPublic().getEncoded()).pem());
        write(
                directory,
                NAME,
                Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()) + "\n");
    }

    private static void write(Path directory, String name, String text) throws IOException {
        Path draft = directory.resolve(name + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text, StandardCharsets.US_ASCII, StandardOpenOption.SYNC);
        Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(directory);
    }

    /// A new or renamed file is there after a power cut only when its directory was written.
    static void forceDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// In Base64.
    String sign(Checkpoint checkpoint) {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update(checkpoint.signedText());
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("no Ed25519 in this JDK", impossible);
        }
    }

    CheckpointKey open() {
        return open;
    }
}
