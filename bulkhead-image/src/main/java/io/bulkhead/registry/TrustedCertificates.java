package io.bulkhead.registry;

import io.bulkhead.image.ImageException;
import io.bulkhead.image.ImageException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// The CAs that vouch for a registry: the system's and those the administrator put down for this one. There is no way
/// to ask for none (CVE-2025-6032).
final class TrustedCertificates {

    private final List<Path> directories;
    private final Path systemRoots;

    TrustedCertificates(List<Path> directories, Path systemRoots) {
        this.directories = directories;
        this.systemRoots = systemRoots;
    }

    /// Where a user may put the CA of a registry.
    Path hint(String registry) {
        return directories.getLast().resolve(registry).resolve("ca.crt");
    }

    SSLContext context(String registry) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, trusting(certificates(registry)), null);
            return context;
        } catch (GeneralSecurityException | IOException broken) {
            throw new ImageException(
                    Reason.REGISTRY, "the CA certificates for " + registry + " cannot be used", broken);
        }
    }

    private List<Certificate> certificates(String registry) throws IOException, GeneralSecurityException {
        var certificates = new ArrayList<Certificate>();
        for (Path directory : directories) {
            for (Path file : files(directory.resolve(registry))) {
                certificates.addAll(read(file));
            }
        }
        certificates.addAll(Files.exists(systemRoots) ? read(systemRoots) : ofTheJdk());
        return certificates;
    }

    private static List<X509Certificate> ofTheJdk() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .flatMap(manager -> Stream.of(((X509TrustManager) manager).getAcceptedIssuers()))
                .toList();
    }

    /// A file that does not read as certificates is an error with its name: leaving it out would end in a message that
    /// tells the user to do what was done already.
    private static Collection<? extends Certificate> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            var read = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (read.isEmpty()) {
                throw new ImageException(Reason.REGISTRY, file + ": there is no certificate in it");
            }
            return read;
        } catch (GeneralSecurityException | IOException broken) {
            throw new ImageException(Reason.REGISTRY, file + ": it does not read as PEM certificates", broken);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.crt")) {
            var list = new ArrayList<Path>();
            files.forEach(list::add);
            return list;
        }
    }

    private static TrustManager[] trusting(List<Certificate> certificates)
            throws GeneralSecurityException, IOException {
        var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
        anchors.load(null, null);
        int number = 0;
        for (Certificate certificate : certificates) {
            anchors.setCertificateEntry("ca-" + number++, certificate);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(anchors);
        return Stream.of(factory.getTrustManagers())
                .map(manager -> new CurrentCertificates((X509ExtendedTrustManager) manager))
                .toArray(TrustManager[]::new);
    }
}
