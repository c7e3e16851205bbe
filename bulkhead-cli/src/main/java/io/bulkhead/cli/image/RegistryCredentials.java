package io.bulkhead.cli.image;

import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.registry.Logins;
import io.bulkhead.cli.registry.Server;
import io.bulkhead.cli.verb.Console;
import io.bulkhead.cli.verb.Failure;
import java.util.Base64;
import java.util.Map;

/// The header that hands the user's login at an image's registry to the daemon.
final class RegistryCredentials {

    private RegistryCredentials() {}

    static Map<String, String> headers(String image, Console console) {
        String server = registry(image);
        try {
            return new Logins(console.environment())
                    .find(server)
                    .map(login -> JsonText.bytes(login.authConfig(server)))
                    .map(json ->
                            Map.of("X-Registry-Auth", Base64.getUrlEncoder().encodeToString(json)))
                    .orElseGet(Map::of);
        } catch (Failure failure) {
            // Most images are anybody's. A registry that wants to know says so.
            console.err().println("WARNING! Going on without a login: " + failure.getMessage());
            return Map.of();
        }
    }

    /// The first part of a name is a registry when it looks like a host.
    static String registry(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        return host && !first.equals("docker.io") ? first : Server.HUB;
    }

    /// What a name with its registry written out begins with, where the name itself does not say.
    static String shownRegistry(String image) {
        if (!registry(image).equals(Server.HUB) || image.startsWith("docker.io/")) {
            return "";
        }
        return image.contains("/") ? "docker.io/" : "docker.io/library/";
    }
}
