package io.bulkhead.cli.api;

import java.nio.file.Path;
import java.util.Map;

/// Which socket the daemon listens on: the option, then `BULKHEAD_HOST`, then `DOCKER_HOST`, then the usual place.
public final class Endpoint {

    private static final String USUAL = "unix:///run/bulkhead/bulkhead.sock";

    private Endpoint() {}

    /// @param option what `-H` said; empty when it was not given
    public static Path socket(String option, Map<String, String> environment) {
        String host = option;
        if (host.isEmpty()) {
            host = environment.getOrDefault("BULKHEAD_HOST", "");
        }
        if (host.isEmpty()) {
            host = environment.getOrDefault("DOCKER_HOST", "");
        }
        return path(host.isEmpty() ? USUAL : host);
    }

    private static Path path(String host) {
        if (host.startsWith("unix://") && host.length() > "unix://".length()) {
            return Path.of(host.substring("unix://".length()));
        }
        throw new ApiException(
                0, "unable to parse host `" + host + "`: this client speaks over unix sockets (unix:///path) only");
    }
}
