package io.bulkhead.cli.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The token to be known by, if there is one: `BULKHEAD_TOKEN_FILE` names a file with it, `BULKHEAD_TOKEN` is it.
/// There is no option: what programs are started with everybody can see.
final class BearerToken {

    private BearerToken() {}

    /// The value of the `Authorization` header.
    static Optional<String> header(Map<String, String> environment) {
        String file = environment.getOrDefault("BULKHEAD_TOKEN_FILE", "");
        String token = file.isEmpty() ? environment.getOrDefault("BULKHEAD_TOKEN", "") : read(Path.of(file));
        if (token.isEmpty()) {
            return Optional.empty();
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new ApiException(0, "the token has characters that no token has");
        }
        return Optional.of("Bearer " + token);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException failure) {
            throw new ApiException(0, "BULKHEAD_TOKEN_FILE: " + file + " cannot be read: " + failure.getMessage());
        }
    }
}
