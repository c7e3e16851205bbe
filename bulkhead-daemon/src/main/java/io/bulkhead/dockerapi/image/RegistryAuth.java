package io.bulkhead.dockerapi.image;

import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Refusal;
import io.bulkhead.http.Exchange;
import io.bulkhead.image.Images.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The `X-Registry-Auth` header: base64url of JSON. Nothing it holds ever gets into a message or a log.
public final class RegistryAuth {

    private RegistryAuth() {}

    static Credentials of(Exchange exchange) {
        return exchange.header("X-Registry-Auth")
                .filter(header -> !header.isEmpty())
                .map(header -> credentials(parse(decode(header))))
                .orElseGet(Credentials.None::new);
    }

    /// @param auth Docker's `AuthConfig`
    public static Credentials credentials(JsonNode auth) {
        if (auth.isNull()) {
            return new Credentials.None();
        }
        if (!auth.isObject()) {
            throw malformed();
        }
        if (!text(auth, "registrytoken").isEmpty()) {
            throw new Refusal(
                    400,
                    "invalid X-Registry-Auth header: a registrytoken is not supported; use a user name"
                            + " with a password, or an identitytoken");
        }
        String token = text(auth, "identitytoken");
        if (!token.isEmpty()) {
            return new Credentials.Token(token);
        }
        Optional<Credentials> fromAuth = fromAuth(text(auth, "auth"));
        String user = text(auth, "username");
        return user.isEmpty()
                ? fromAuth.orElseGet(Credentials.None::new)
                : new Credentials.Basic(user, text(auth, "password"));
    }

    /// `auth` is what the client's file holds: base64 of `user:password`.
    private static Optional<Credentials> fromAuth(String auth) {
        if (auth.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = new String(decode(auth), StandardCharsets.UTF_8).split(":", 2);
        if (parts.length < 2) {
            throw malformed();
        }
        return Optional.of(new Credentials.Basic(parts[0], parts[1]));
    }

    private static String text(JsonNode auth, String name) {
        JsonNode value = auth.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isString()) {
            throw malformed();
        }
        return value.stringValue();
    }

    /// Padded or not, and with either alphabet: clients differ.
    private static byte[] decode(String base64) {
        try {
            String plain = base64.strip().replace("=", "").replace('+', '-').replace('/', '_');
            return Base64.getUrlDecoder().decode(plain);
        } catch (IllegalArgumentException _) {
            throw malformed();
        }
    }

    private static JsonNode parse(byte[] json) {
        try {
            return Json.mapper().readTree(json);
        } catch (JacksonException _) {
            throw malformed();
        }
    }

    /// Without a cause: a parser quotes what it could not read.
    private static Refusal malformed() {
        return new Refusal(400, "invalid X-Registry-Auth header: it is not base64url of a JSON object");
    }
}
