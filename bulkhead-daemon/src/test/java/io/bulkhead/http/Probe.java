package io.bulkhead.http;

import java.io.IOException;
import java.nio.file.Path;

/// One request over a unix socket, for tests of other packages.
public final class Probe {

    private Probe() {}

    public static String get(Path socket, String path, String... headers) throws IOException {
        try (var client = RawClient.connect(socket)) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\n"
                    + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n");
            return client.readAll();
        }
    }
}
