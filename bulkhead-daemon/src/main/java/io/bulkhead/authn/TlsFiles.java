package io.bulkhead.authn;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The files of the TLS listener, read again when they change: from the next handshake, and for what clients are
/// trusted by from the next request, on. What cannot be used is told in the log and in [#problems()], and what was
/// in force stays in force.
///
/// `this` guards the reading; what is in force is one reference.
public final class TlsFiles {

    private static final System.Logger LOG = System.getLogger(TlsFiles.class.getName());

    private final TlsPaths paths;
    private volatile Loaded loaded;

    /// @param before what was in force before, for handshakes that have begun
    private record Loaded(
            int generation,
            ServerKey key,
            Optional<ClientTrust> trust,
            List<Object> stamp,
            Optional<String> problem,
            Optional<ServerKey> before) {}

    /// @throws AuthnException when they cannot be used: no daemon starts with that
    public TlsFiles(TlsPaths paths) {
        this.paths = paths;
        List<Object> stamp = stamp();
        this.loaded = new Loaded(1, key(1), trust(), stamp, Optional.empty(), Optional.empty());
    }

    private ServerKey key(int generation) {
        List<X509Certificate> chain = Pem.certificates(paths.certificate());
        return new ServerKey(chain, Pem.key(paths.key(), chain.getFirst().getPublicKey()), "bulkhead-" + generation);
    }

    private Optional<ClientTrust> trust() {
        return paths.clientAuthorities()
                .map(authorities -> new ClientTrust(
                        Pem.certificates(authorities), paths.revocations().map(Pem::revocations)));
    }

    /// For a listener; follows the files.
    public SSLContext context() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new Keys()}, new TrustManager[] {new Trust()}, null);
            return context;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("no TLS in this JDK", missing);
        }
    }

    /// Whether clients can show certificates.
    public boolean trustsAnybody() {
        return loaded.trust().isPresent();
    }

    /// What is wrong with the files as they are now, in words for an administrator.
    public List<String> problems() {
        Loaded now = current();
        Instant time = Instant.now();
        return Stream.of(now.problem(), now.key().problem(time), now.trust().flatMap(trust -> trust.problem(time)))
                .flatMap(Optional::stream)
                .map(problem -> "tcp: " + problem)
                .toList();
    }

    /// Whether a chain that was shown in a handshake is trusted still.
    ///
    /// @throws CertificateException saying why not
    void check(List<X509Certificate> chain) throws CertificateException {
        X509Certificate[] all = chain.toArray(X509Certificate[]::new);
        requireTrust().check(all, all[0].getPublicKey().getAlgorithm());
    }

    private ClientTrust requireTrust() throws CertificateException {
        return current()
                .trust()
                .orElseThrow(() -> new CertificateException("no client certificate is taken: there is no client-ca"));
    }

    private Loaded current() {
        Loaded last = loaded;
        return last.stamp().equals(stamp()) ? last : reload();
    }

    private synchronized Loaded reload() {
        Loaded last = loaded;
        // Taken first: files that change while they are read are read once more.
        List<Object> stamp = stamp();
        if (last.stamp().equals(stamp)) {
            return last;
        }
        int generation = last.generation() + 1;
        try {
            loaded = new Loaded(generation, key(generation), trust(), stamp, Optional.empty(), Optional.of(last.key()));
            LOG.log(System.Logger.Level.INFO, "certificates are in force", "certificate", paths.certificate());
        } catch (AuthnException wrong) {
            String problem = wrong.getMessage() + "; what was read before stays in force";
            loaded = new Loaded(generation, last.key(), last.trust(), stamp, Optional.of(problem), last.before());
            LOG.log(System.Logger.Level.ERROR, "certificates were not taken", "problem", problem);
        }
        return loaded;
    }

    private List<Object> stamp() {
        return paths.all().map(TlsFiles::version).toList();
    }

    private static Object version(Path file) {
        try {
            return List.copyOf(
                    Files.readAttributes(file, "unix:ino,dev,size,ctime").values());
        } catch (IOException absent) {
            return Instant.EPOCH;
        }
    }

    /// What the JDK asks for the server's side. A handshake that began with one key ends with it.
    private final class Keys extends X509ExtendedKeyManager {

        @Override
        public String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
            return current().key().manager().chooseEngineServerAlias(type, issuers, engine);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return all().map(key -> key.manager().getPrivateKey(alias))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return all().map(key -> key.manager().getCertificateChain(alias))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }

        private Stream<ServerKey> all() {
            Loaded now = current();
            return Stream.concat(Stream.of(now.key()), now.before().stream());
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return current().key().manager().getServerAliases(type, issuers);
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
            return current().key().manager().chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
            return null;
        }
    }

    /// What the JDK asks about clients. Nobody is asked about servers.
    private final class Trust extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            requireTrust().check(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            requireTrust().check(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            requireTrust().check(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is for servers");
        }

        /// Clients with several certificates choose by these names.
        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return current().trust().map(ClientTrust::issuers).orElse(new X509Certificate[0]);
        }
    }
}
