package io.bulkhead.authn;

import io.bulkhead.authn.AuthnException.Reason;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/// What the server shows clients, and the key to it.
final class ServerKey {

    private static final Duration SOON = Duration.ofDays(14);
    private static final byte[] SAMPLE = {1, 2, 3};

    private final X509Certificate certificate;
    private final X509ExtendedKeyManager manager;

    /// @param alias by which the JDK asks for this one and no other
    ServerKey(List<X509Certificate> chain, PrivateKey key, String alias) {
        this.certificate = chain.getFirst();
        try {
            requireMatch(key, certificate.getPublicKey());
            this.manager = manager(chain, key, alias);
        } catch (GeneralSecurityException | IOException failure) {
            // Without the cause, as for whatever has seen a key.
            throw new AuthnException(Reason.INVALID, "the server's certificate and key cannot be used");
        }
    }

    private static void requireMatch(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        String algorithm = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default ->
                throw new AuthnException(
                        Reason.INVALID,
                        "the server's certificate has a key of the kind " + certified.getAlgorithm()
                                + ": RSA, EC and EdDSA are taken");
        };
        var signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(SAMPLE);
        byte[] signature = signer.sign();
        signer.initVerify(certified);
        signer.update(SAMPLE);
        if (!signer.verify(signature)) {
            throw new AuthnException(Reason.INVALID, "the server's key is not that of its certificate");
        }
    }

    private static X509ExtendedKeyManager manager(List<X509Certificate> chain, PrivateKey key, String alias)
            throws GeneralSecurityException, IOException {
        char[] password = {};
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        store.setKeyEntry(alias, key, password, chain.toArray(X509Certificate[]::new));
        var factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, password);
        for (KeyManager each : factory.getKeyManagers()) {
            if (each instanceof X509ExtendedKeyManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("the JDK has no key manager for certificates");
    }

    X509ExtendedKeyManager manager() {
        return manager;
    }

    Optional<String> problem(Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            return Optional.of("the server's certificate expired at " + end + ": clients refuse it");
        }
        return end.isBefore(now.plus(SOON))
                ? Optional.of("the server's certificate expires at " + end)
                : Optional.empty();
    }
}
