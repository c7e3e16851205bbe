package io.bulkhead.authn;

import io.bulkhead.access.Caller;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Whose client certificates are taken: those that the JDK's own path validation (RFC 5280) traces to one of the
/// authorities, with use as a client where they limit their use, and on no revocation list where there are lists.
/// With lists each authority on the way needs one that is in date: doubt is refusal. Nothing is fetched from
/// anywhere.
final class ClientTrust {

    private final List<X509Certificate> authorities;
    private final List<X509CRL> revocations;
    private final X509ExtendedTrustManager manager;

    /// @param revocations nothing, or at least one
    ClientTrust(List<X509Certificate> authorities, Optional<List<X509CRL>> revocations) {
        this.authorities = List.copyOf(authorities);
        this.revocations = revocations.map(List::copyOf).orElse(List.of());
        try {
            this.manager = manager(revocations.isPresent());
        } catch (GeneralSecurityException failure) {
            throw new AuthnException(
                    AuthnException.Reason.INVALID, "client-ca: cannot be used: " + failure.getMessage(), failure);
        }
    }

    private X509ExtendedTrustManager manager(boolean revocation) throws GeneralSecurityException {
        var parameters = new PKIXBuilderParameters(
                authorities.stream()
                        .map(authority -> new TrustAnchor(authority, null))
                        .collect(Collectors.toSet()),
                new X509CertSelector());
        parameters.setRevocationEnabled(revocation);
        if (revocation) {
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocations)));
            parameters.addCertPathChecker(byListsAlone());
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new InvalidAlgorithmParameterException("the JDK has no trust manager for certificates");
    }

    private static PKIXRevocationChecker byListsAlone() throws GeneralSecurityException {
        var checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(
                EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
        return checker;
    }

    X509Certificate[] issuers() {
        return authorities.toArray(X509Certificate[]::new);
    }

    /// @throws CertificateException saying what is wrong
    void check(X509Certificate[] chain, String keyType) throws CertificateException {
        X509Certificate own = chain[0];
        try {
            own.checkValidity();
            manager.checkClientTrusted(chain, keyType);
        } catch (CertificateExpiredException expired) {
            throw refused(own, "it expired at " + own.getNotAfter().toInstant(), expired);
        } catch (CertificateNotYetValidException early) {
            throw refused(own, "it is not valid before " + own.getNotBefore().toInstant(), early);
        } catch (CertificateException wrong) {
            throw refused(own, problem(wrong), wrong);
        }
        Caller.Certificate _ = CertificateName.caller(own, "");
    }

    /// With the JDK's own cause, from which it chooses what to tell the client.
    private static CertificateException refused(X509Certificate certificate, String problem, Throwable cause) {
        return new CertificateException(
                "client certificate " + CertificateName.shown(certificate) + ": " + problem,
                cause.getCause() == null ? cause : cause.getCause());
    }

    private static String problem(CertificateException wrong) {
        for (@Nullable Throwable cause = wrong; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() instanceof CertPathValidatorException.BasicReason reason) {
                return switch (reason) {
                    case REVOKED -> "it, or an authority on the way to it, is revoked";
                    case UNDETERMINED_REVOCATION_STATUS ->
                        "no revocation list that is in date says whether it is revoked";
                    case EXPIRED -> "it, or an authority on the way to it, has expired";
                    case NOT_YET_VALID -> "it, or an authority on the way to it, is not valid yet";
                    case INVALID_SIGNATURE -> "its signature is not that of the authority it names";
                    case ALGORITHM_CONSTRAINED -> "its key or signature is of a kind that is too weak";
                    case UNSPECIFIED -> String.valueOf(path.getMessage());
                };
            }
        }
        String message = String.valueOf(wrong.getMessage());
        return message.contains("unable to find valid certification path") || message.contains("trust anchors")
                ? "no authority in client-ca vouches for it, or it is revoked"
                : message;
    }

    /// What would keep everybody out.
    Optional<String> problem(Instant now) {
        Optional<Date> listEnds = revocations.stream()
                .map(X509CRL::getNextUpdate)
                .filter(end -> end != null)
                .min(Comparator.naturalOrder());
        if (listEnds.isPresent() && listEnds.get().toInstant().isBefore(now)) {
            return Optional.of("a revocation list is out of date since "
                    + listEnds.get().toInstant() + ": certificates of its authority are refused");
        }
        return authorities.stream()
                .filter(authority -> authority.getNotAfter().toInstant().isBefore(now))
                .findFirst()
                .map(authority -> "the authority " + CertificateName.shown(authority) + " has expired");
    }
}
