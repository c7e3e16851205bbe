package io.bulkhead.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How registries are reached. There is no switch for unverified or plain connections: a registry with a private CA
/// gets that CA's certificate instead.
///
/// @param certificateDirectories each holds a directory per registry, named as in the image's name (`host` or
///     `host:port`), with CA certificates as `*.crt`; the last one is named to users whose registry is not trusted
/// @param systemRoots the distribution's bundle of CA certificates; the JDK's own serves where it is missing
public record RegistryConfig(List<Path> certificateDirectories, Path systemRoots, Patience patience) {

    public RegistryConfig {
        certificateDirectories = List.copyOf(certificateDirectories);
        if (certificateDirectories.isEmpty()) {
            throw new IllegalArgumentException("no directory for CA certificates of registries");
        }
    }

    /// Docker's directory, then our own.
    public static RegistryConfig standard() {
        return standard(Path.of("/etc/bulkhead/certs.d"));
    }

    /// Docker's directory, then the given one.
    public static RegistryConfig standard(Path own) {
        return new RegistryConfig(
                List.of(Path.of("/etc/docker/certs.d"), own),
                Path.of("/etc/ssl/certs/ca-certificates.crt"),
                Patience.standard());
    }

    /// How long and how often to try.
    ///
    /// @param answer until the headers of an answer are there, or the whole of a small one
    /// @param silence between two pieces of a blob
    /// @param attempts for one request, and without progress for one blob
    /// @param firstPause before the second attempt; doubled each time
    public record Patience(Duration connect, Duration answer, Duration silence, int attempts, Duration firstPause) {

        public Patience {
            if (attempts < 1) {
                throw new IllegalArgumentException(attempts + " attempts are none");
            }
        }

        public static Patience standard() {
            return new Patience(
                    Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(60), 5, Duration.ofMillis(300));
        }
    }
}
