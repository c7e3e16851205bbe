package io.bulkhead.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The distribution's docker-registry behind TLS with a certificate of an authority made for the test, and a
/// [MeddlingProxy] before it; both listen on the loopback address the daemon sees.
final class PrivateRegistry implements AutoCloseable {

    static final String USER = "alice";
    static final String PASSWORD = "correct horse";

    /// The registry, as it stands in an image's name.
    static final String HOST = "localhost:5443";

    /// The same by way of the proxy.
    static final String PROXY = "localhost:5444";

    /// Another registry, without encryption and without passwords.
    static final String PLAIN = "localhost:5445";

    private static final int PORT = 5443;
    private static final int PROXY_PORT = 5444;
    private static final int PLAIN_PORT = 5445;

    /// bcrypt, the one kind the registry takes.
    private static final String HTPASSWD = USER + ":$2b$05$CCCCCCCCCCCCCCCCCCCCC.WrAwgFxicHZ3kL7zMvXYXHKosDn8ot2\n";

    private static final char[] KEY_PASSWORD = "for-the-test".toCharArray();
    private static final Duration STOP = Duration.ofSeconds(10);

    private final RunningDaemon daemon;
    private final Path home;
    private final List<Process> processes = new ArrayList<>();

    private PrivateRegistry(RunningDaemon daemon) {
        this.daemon = daemon;
        this.home = daemon.home().resolve("registry");
    }

    /// What a machine needs for it; the first thing it lacks, or an empty text.
    static String missing() {
        return Stream.of("docker-registry", "skopeo")
                .filter(program -> !Command.onPath(program))
                .findFirst()
                .orElse("");
    }

    /// For the daemon's configuration.
    static String configuration(Path home) {
        return "registries: {certificates: " + home.resolve("certs.d") + "}\n";
    }

    static PrivateRegistry start(RunningDaemon daemon) {
        var registry = new PrivateRegistry(daemon);
        try {
            Files.createDirectory(registry.home);
            registry.makeCertificates();
            registry.launch();
            registry.meddle(MeddlingProxy.Mode.PASS);
            registry.launchProxy();
            return registry;
        } catch (IOException | GeneralSecurityException | AssertionError failure) {
            registry.close();
            throw new IllegalStateException(failure);
        }
    }

    private void makeCertificates() throws IOException, GeneralSecurityException {
        keytool("ca", "-dname", "CN=authority of the checks", "-ext", "bc:c");
        keytool("server", "-dname", "CN=registry", "-ext", "san=dns:localhost,ip:127.0.0.1", "-signer", "ca");
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(home.resolve("keys.p12"))) {
            keys.load(in, KEY_PASSWORD);
        }
        Files.writeString(home.resolve("server.crt"), pem(keys.getCertificateChain("server")));
        Files.writeString(
                home.resolve("server.key"),
                pem("PRIVATE KEY", keys.getKey("server", KEY_PASSWORD).getEncoded()));
        Files.writeString(home.resolve("ca.crt"), pem(new Certificate[] {keys.getCertificate("ca")}));
        for (String host : List.of(HOST, PROXY)) {
            trust(host);
        }
    }

    private void keytool(String alias, String... more) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        words.addAll(List.of("-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "10"));
        words.addAll(List.of("-startdate", "-1d", "-storetype", "PKCS12", "-storepass", new String(KEY_PASSWORD)));
        words.addAll(List.of("-keystore", home.resolve("keys.p12").toString()));
        words.addAll(Arrays.asList(more));
        Command.of(words).run().orFail();
    }

    private static String pem(Certificate[] chain) {
        return Stream.of(chain)
                .map(certificate -> {
                    try {
                        return pem("CERTIFICATE", certificate.getEncoded());
                    } catch (GeneralSecurityException broken) {
                        throw new IllegalStateException(broken);
                    }
                })
                .collect(Collectors.joining());
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }

    /// Puts the authority's certificate where the daemon looks for it.
    void trust(String host) {
        try {
            Path directory =
                    Files.createDirectories(daemon.home().resolve("certs.d").resolve(host));
            Files.copy(home.resolve("ca.crt"), directory.resolve("ca.crt"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void distrust(String host) {
        try {
            Files.delete(daemon.home().resolve("certs.d").resolve(host).resolve("ca.crt"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void launch() throws IOException {
        Files.writeString(home.resolve("htpasswd"), HTPASSWD);
        launch(PORT, ", tls: {certificate: %1$s/server.crt, key: %1$s/server.key}", """
                auth: {htpasswd: {realm: test, path: %1$s/htpasswd}}
                """);
        launch(PLAIN_PORT, "", "");
    }

    private void launch(int port, String tls, String auth) throws IOException {
        Path config = Files.writeString(
                home.resolve("config-" + port + ".yml"),
                """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %1$s/data}}
                http: {addr: "127.0.0.1:%2$d\"""".formatted(home, port) + (tls + "}\n" + auth).formatted(home));
        inNetwork(List.of("docker-registry", "serve", config.toString()), port);
    }

    private void launchProxy() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), MeddlingProxy.class.getName()));
        words.addAll(List.of(
                "" + PROXY_PORT, "https://" + HOST, home.resolve("keys.p12").toString()));
        words.addAll(List.of(new String(KEY_PASSWORD), mode().toString()));
        inNetwork(words, PROXY_PORT);
    }

    private void inNetwork(List<String> command, int port) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + daemon.network()));
        words.addAll(command);
        Path log = home.resolve("log-" + port);
        var toLog = ProcessBuilder.Redirect.to(log.toFile());
        Process process = Command.of(words).start(toLog, toLog);
        processes.add(process);
        Eventually.holds(
                "port " + port,
                () -> !daemon.inHostNetwork("ss", "-Hltn", "sport = :" + port)
                        .lines()
                        .isEmpty());
    }

    private Path mode() {
        return home.resolve("mode");
    }

    /// What the proxy does from now on.
    void meddle(MeddlingProxy.Mode mode) {
        try {
            Files.writeString(mode(), mode.name());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Pushes with skopeo, another client than ours.
    /// @param options of `skopeo copy`
    void push(Path layout, String repository, String... options) {
        List<String> words = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy"));
        words.addAll(List.of(
                "--dest-cert-dir",
                daemon.home().resolve("certs.d").resolve(HOST).toString()));
        words.addAll(List.of("--dest-creds", USER + ":" + PASSWORD));
        words.addAll(List.of(options));
        words.addAll(List.of("oci:" + layout, "docker://" + HOST + "/" + repository));
        daemon.inHostNetwork(words.toArray(String[]::new)).orFail();
    }

    /// A client configuration with the credentials for both addresses, as `docker login` writes them.
    Path clientWith(String password) {
        try {
            Path directory = Files.createTempDirectory(daemon.home(), "client-");
            String pair = Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
            String auth = "{\"auth\":\"" + pair + "\"}";
            Files.writeString(
                    directory.resolve("config.json"),
                    "{\"auths\":{\"" + HOST + "\":" + auth + ",\"" + PROXY + "\":" + auth + "}}");
            return directory;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        processes.stream()
                .filter(process -> !Command.endedWithin(process, STOP))
                .forEach(Process::destroyForcibly);
    }
}
