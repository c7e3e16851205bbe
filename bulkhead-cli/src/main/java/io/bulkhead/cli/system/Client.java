package io.bulkhead.cli.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What this client is. The build fills the version in.
public final class Client {

    static final String API_VERSION = "1.51";

    private Client() {}

    public static String version() {
        try (InputStream file = Client.class.getResourceAsStream("release.txt")) {
            if (file == null) {
                throw new IllegalStateException("release.txt is missing from this build");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Map<String, Object> description() {
        Map<String, Object> client = new LinkedHashMap<>();
        client.put("Version", version());
        client.put("ApiVersion", API_VERSION);
        client.put("JavaVersion", Runtime.version().toString());
        client.put("Os", "linux");
        client.put("Arch", System.getProperty("os.arch", ""));
        return client;
    }
}
