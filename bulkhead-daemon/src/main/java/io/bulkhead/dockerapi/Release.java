package io.bulkhead.dockerapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/// Which Bulkhead this is, from a file the build fills in, and what that puts into the headers of every answer.
public final class Release {

    private static final String VERSION = read();

    private Release() {}

    /// For example `0.1.0`.
    public static String version() {
        return VERSION;
    }

    /// Clients negotiate the version they speak from these (docker/client, `pingAPI`).
    static Map<String, String> headers() {
        return Map.of(
                "Api-Version",
                ApiVersion.CURRENT.toString(),
                "Docker-Experimental",
                "false",
                "Ostype",
                "linux",
                "Server",
                "Bulkhead/" + VERSION + " (linux)");
    }

    private static String read() {
        var properties = new Properties();
        try (InputStream file = Release.class.getResourceAsStream("release.properties")) {
            if (file == null) {
                throw new IllegalStateException("release.properties is missing from this build");
            }
            properties.load(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return properties.getProperty("version", "unknown").replace("-SNAPSHOT", "-dev");
    }
}
