package io.bulkhead.cli.image;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonException;
import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.verb.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// The header that hands a registry's credentials to the daemon, out of the user's Docker configuration.
///
/// Only entries written into the file itself are read; credential helpers are programs and are not started.
final class RegistryCredentials {

    private static final String HUB = "https://index.docker.io/v1/";

    private RegistryCredentials() {}

    static Map<String, String> headers(String image, Map<String, String> environment) {
        String registry = registry(image);
        Json entry = configuration(environment).at("auths", registry);
        if (!entry.exists() && !registry.equals(HUB)) {
            entry = configuration(environment).at("auths", "https://" + registry);
        }
        String pair = decoded(entry.at("auth").text());
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return Map.of();
        }
        Map<String, String> credentials = new LinkedHashMap<>();
        credentials.put("username", pair.substring(0, colon));
        credentials.put("password", pair.substring(colon + 1));
        credentials.put("serveraddress", registry);
        return Map.of("X-Registry-Auth", Base64.getUrlEncoder().encodeToString(JsonText.bytes(credentials)));
    }

    /// The first part of a name is a registry when it looks like a host.
    static String registry(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        return host && !first.equals("docker.io") ? first : HUB;
    }

    /// What a name with its registry written out begins with, where the name itself does not say.
    static String shownRegistry(String image) {
        if (!registry(image).equals(HUB) || image.startsWith("docker.io/")) {
            return "";
        }
        return image.contains("/") ? "docker.io/" : "docker.io/library/";
    }

    private static Json configuration(Map<String, String> environment) {
        String directory = environment.getOrDefault("DOCKER_CONFIG", environment.getOrDefault("HOME", "") + "/.docker");
        Path file = Path.of(directory, "config.json");
        try {
            return Files.isReadable(file) ? Json.read(Files.readAllBytes(file)) : Json.absent();
        } catch (IOException | JsonException failure) {
            throw new Failure("cannot read " + file + ": " + failure.getMessage());
        }
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
