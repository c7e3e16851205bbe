package io.bulkhead.registry;

import io.bulkhead.image.Images.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The credentials for one registry, and what was made of them; never shown.
final class Secrets {

    private final Credentials credentials;
    private volatile @Nullable String authorization;

    Secrets(Credentials credentials) {
        this.credentials = credentials;
    }

    Credentials credentials() {
        return credentials;
    }

    /// The `Authorization` for the registry itself, once it asked for one.
    Optional<String> authorization() {
        return Optional.ofNullable(authorization);
    }

    void authorize(String value) {
        authorization = value;
    }

    static String basic(Credentials.Basic basic) {
        byte[] pair = (basic.user() + ":" + basic.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /// Whether a registry's text repeats what it was sent: such text must not reach a message.
    boolean areRepeatedIn(String text) {
        boolean sent = authorization().map(value -> repeats(text, value)).orElse(false);
        return sent
                || switch (credentials) {
                    case Credentials.None _ -> false;
                    case Credentials.Basic basic -> text.contains(basic.password()) || repeats(text, basic(basic));
                    case Credentials.Token token -> text.contains(token.identityToken());
                };
    }

    private static boolean repeats(String text, String header) {
        return text.contains(header.substring(header.indexOf(' ') + 1));
    }

    @Override
    public String toString() {
        return "Secrets[hidden]";
    }
}
