package io.bulkhead.authn;

import io.bulkhead.access.Caller;
import io.bulkhead.name.Names;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// Whom a certificate names.
final class CertificateName {

    private static final int LONGEST = 256;
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;

    private CertificateName() {}

    /// @param certificate one that is trusted
    /// @throws CertificateException when it names nobody, or more than one
    static Caller.Certificate caller(X509Certificate certificate, String address) throws CertificateException {
        List<String> names = attributes(certificate, "CN");
        if (names.size() != 1) {
            throw new CertificateException("client certificate " + shown(certificate) + ": it has "
                    + (names.isEmpty() ? "no" : "more than one") + " CN, so it names nobody");
        }
        return new Caller.Certificate(
                names.getFirst(),
                attributes(certificate, "O"),
                alternatives(certificate),
                fingerprint(certificate),
                Optional.of(address));
    }

    /// For messages.
    static String shown(X509Certificate certificate) {
        return Names.shown(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253)) + ", serial number "
                + certificate.getSerialNumber().toString(16) + ", of "
                + Names.shown(certificate.getIssuerX500Principal().getName(X500Principal.RFC2253));
    }

    private static List<String> attributes(X509Certificate certificate, String type) throws CertificateException {
        var values = new ArrayList<String>();
        try {
            var name = new LdapName(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
            for (Rdn rdn : name.getRdns()) {
                Attribute attribute = rdn.toAttributes().get(type);
                if (attribute != null) {
                    for (Enumeration<?> all = attribute.getAll(); all.hasMoreElements(); ) {
                        values.add(plain(certificate, all.nextElement()));
                    }
                }
            }
            return values;
        } catch (InvalidNameException wrong) {
            throw new CertificateException("client certificate: its subject is no name", wrong);
        } catch (NamingException wrong) {
            throw new CertificateException("client certificate: its subject cannot be read", wrong);
        }
    }

    /// A value that is no text has another form, for example `#0401aa`; it would be bytes here.
    private static String plain(X509Certificate certificate, Object value) throws CertificateException {
        if (value instanceof String text
                && !text.isBlank()
                && text.length() <= LONGEST
                && text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        throw new CertificateException(
                "client certificate " + shown(certificate) + ": a CN or O in it is no plain text");
    }

    private static List<String> alternatives(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> all = certificate.getSubjectAlternativeNames();
        if (all == null) {
            return List.of();
        }
        var names = new ArrayList<String>();
        for (List<?> each : all) {
            String kind = each.getFirst() instanceof Integer number ? kind(number) : "";
            if (!kind.isEmpty() && each.get(1) instanceof String name) {
                names.add(kind + ":" + name);
            }
        }
        return names;
    }

    /// Empty for kinds that roles cannot name.
    private static String kind(int number) {
        return switch (number) {
            case EMAIL -> "EMAIL";
            case DNS -> "DNS";
            case URI -> "URI";
            case IP -> "IP";
            default -> "";
        };
    }

    private static String fingerprint(X509Certificate certificate) throws CertificateEncodingException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("no SHA-256 in this JDK", missing);
        }
    }
}
