package io.bulkhead.authn;

import io.bulkhead.authn.AuthnException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Reads certificates, revocation lists and a key by the JDK's own readers. Whoever may write one of these files
/// chooses who is let in, so each has to be root's, or this process's own.
final class Pem {

    private static final Set<PosixFilePermission> WRITTEN_BY_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final int LARGEST = 64 << 20;

    private Pem() {}

    static List<X509Certificate> certificates(Path file) {
        try {
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in(file)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (found.isEmpty()) {
                throw new AuthnException(Reason.INVALID, file + ": there is no certificate in it");
            }
            return found;
        } catch (CertificateException wrong) {
            throw new AuthnException(Reason.INVALID, file + ": no certificates in PEM: " + wrong.getMessage(), wrong);
        }
    }

    static List<X509CRL> revocations(Path file) {
        try {
            List<X509CRL> found = CertificateFactory.getInstance("X.509").generateCRLs(in(file)).stream()
                    .map(X509CRL.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new AuthnException(Reason.INVALID, file + ": there is no revocation list in it");
            }
            return found;
        } catch (CertificateException | CRLException wrong) {
            throw new AuthnException(
                    Reason.INVALID, file + ": no revocation lists in PEM: " + wrong.getMessage(), wrong);
        }
    }

    /// @param certified the key it belongs to
    static PrivateKey key(Path file, PublicKey certified) {
        requireForNobodyElse(file);
        String text = new String(read(file), StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END, Math.max(0, begin));
        if (begin < 0 || end < 0) {
            throw new AuthnException(
                    Reason.INVALID,
                    file + ": no private key in PKCS #8 without a password: make one of it with openssl pkcs8 -topk8 "
                            + "-nocrypt");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            // Without the cause: what it quotes may be the key's.
            throw new AuthnException(
                    Reason.INVALID,
                    file + ": this is no key for the certificate, which has one of the kind "
                            + certified.getAlgorithm());
        }
    }

    private static ByteArrayInputStream in(Path file) {
        return new ByteArrayInputStream(read(file));
    }

    private static byte[] read(Path file) {
        try {
            PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class);
            if (!found.isRegularFile() || found.size() > LARGEST) {
                throw new AuthnException(Reason.INVALID, file + ": no file of at most " + LARGEST + " bytes");
            }
            if (!isTrusted(file) || found.permissions().stream().anyMatch(WRITTEN_BY_OTHERS::contains)) {
                throw new AuthnException(
                        Reason.INVALID,
                        file + ": whoever may write this file chooses who is let in, so it has to be root's and nobody "
                                + "else may write it: chown root, chmod go-w");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            throw new AuthnException(Reason.STORAGE, file + ": there is no such file", none);
        } catch (IOException unreadable) {
            throw new AuthnException(Reason.STORAGE, file + ": cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static boolean isTrusted(Path file) throws IOException {
        Object uid = Files.getAttribute(file, "unix:uid");
        return uid.equals(0) || uid.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private static void requireForNobodyElse(Path file) {
        try {
            int mode = (Integer) Files.getAttribute(file, "unix:mode");
            if ((mode & 077) != 0) {
                throw new AuthnException(
                        Reason.INVALID,
                        file + ": others can read this key (mode " + Integer.toOctalString(mode & 07777)
                                + "), and may have: make a new one, and chmod 0600 it");
            }
        } catch (IOException unreadable) {
            throw new AuthnException(Reason.STORAGE, file + ": cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
