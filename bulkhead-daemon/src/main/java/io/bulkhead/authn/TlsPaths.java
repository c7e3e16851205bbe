package io.bulkhead.authn;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the files of the TLS listener are, all PEM.
///
/// @param certificate the server's, followed by those between it and its authority
/// @param key of that certificate, PKCS #8
/// @param clientAuthorities who vouches for clients; without it no certificate is asked for
/// @param revocations lists of certificates that are not to be taken any more, one of each authority
public record TlsPaths(Path certificate, Path key, Optional<Path> clientAuthorities, Optional<Path> revocations) {

    Stream<Path> all() {
        return Stream.of(Optional.of(certificate), Optional.of(key), clientAuthorities, revocations)
                .flatMap(Optional::stream);
    }
}
