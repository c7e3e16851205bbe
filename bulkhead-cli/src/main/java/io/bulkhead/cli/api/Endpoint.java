package io.bulkhead.cli.api;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where the daemon is: the option, then `BULKHEAD_HOST`, then `DOCKER_HOST`, then the usual place.
public sealed interface Endpoint {

    /// The one place there is without any word.
    String USUAL = "unix:///run/bulkhead/bulkhead.sock";

    /// Docker's port for TLS.
    int PORT = 2376;

    record Unix(Path socket) implements Endpoint {}

    /// @param authority who vouches for the daemon; the roots of the Java runtime if empty
    /// @param certificate what to show it, if anything
    record Secure(String host, int port, Optional<Path> authority, Optional<Certificate> certificate)
            implements Endpoint {}

    record Certificate(Path chain, Path key) {}

    static Endpoint of(DaemonOptions options, Map<String, String> environment) {
        String host = options.host();
        if (host.isEmpty()) {
            host = environment.getOrDefault("BULKHEAD_HOST", "");
        }
        if (host.isEmpty()) {
            host = environment.getOrDefault("DOCKER_HOST", "");
        }
        if (host.isEmpty()) {
            host = USUAL;
        }
        if (host.startsWith("unix://") && host.length() > "unix://".length()) {
            return new Unix(Path.of(host.substring("unix://".length())));
        }
        if (host.startsWith("tcp://")) {
            return secure(host, options, environment);
        }
        throw new ApiException(
                0, "unable to parse host `" + host + "`: it is unix:///path, or tcp://host:port with TLS");
    }

    private static Endpoint secure(String text, DaemonOptions options, Map<String, String> environment) {
        boolean tls = options.tls()
                || !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty()
                || !environment.getOrDefault("DOCKER_TLS", "").isEmpty();
        if (!tls) {
            throw new ApiException(
                    0, "the daemon is reached over TCP by TLS alone: use --tlsverify, or set DOCKER_TLS_VERIFY=1");
        }
        URI address = address(text);
        Path directory = directory(environment);
        Optional<Path> chain = file(options.certificate(), directory.resolve("cert.pem"));
        Optional<Path> key = file(options.key(), directory.resolve("key.pem"));
        if (chain.isPresent() != key.isPresent()) {
            throw new ApiException(
                    0,
                    "a client certificate and its key come together: there is no "
                            + (chain.isPresent() ? "key" : "cert") + ".pem in " + directory);
        }
        return new Secure(
                address.getHost().replaceAll("^\\[|]$", ""),
                address.getPort() < 0 ? PORT : address.getPort(),
                file(options.authority(), directory.resolve("ca.pem")),
                chain.map(found -> new Certificate(found, key.orElseThrow())));
    }

    private static URI address(String text) {
        try {
            URI address = URI.create(text);
            if (address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException _) {
            // Told below.
        }
        throw new ApiException(0, "unable to parse host `" + text + "`: it is tcp://host:port");
    }

    /// As Docker's client: `DOCKER_CERT_PATH`, or where its configuration is.
    private static Path directory(Map<String, String> environment) {
        String named = environment.getOrDefault("DOCKER_CERT_PATH", environment.getOrDefault("DOCKER_CONFIG", ""));
        return named.isEmpty() ? Path.of(environment.getOrDefault("HOME", "/root"), ".docker") : Path.of(named);
    }

    /// The one that was named, whether or not it is there, or the usual one if it is.
    private static Optional<Path> file(Optional<String> named, Path usual) {
        return named.map(Path::of).or(() -> Optional.of(usual).filter(Files::exists));
    }
}
