package io.bulkhead.http;

import io.bulkhead.access.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// A real server on a socket in a directory of its own.
final class TestServer implements AutoCloseable {

    static final Caller ANYBODY = new Caller.UnixUser(4711, 4711, List.of(), OptionalInt.empty(), OptionalLong.empty());

    private final Path directory;
    private final HttpServer server;

    private TestServer(Path directory, HttpServer server) {
        this.directory = directory;
        this.server = server;
    }

    static TestServer start(Handler handler) throws IOException {
        return start(handler, _ -> _ -> ANYBODY, Limits.STANDARD);
    }

    static TestServer start(Handler handler, Identity identity, Limits limits) throws IOException {
        Path directory = Files.createTempDirectory("bulkhead-http");
        var at = new Listener.At(directory.resolve("s"));
        return new TestServer(directory, HttpServer.start(List.of(at), identity, handler, limits));
    }

    Path socket() {
        return directory.resolve("s");
    }

    RawClient client() throws IOException {
        return RawClient.connect(socket());
    }

    void stop(Duration grace) {
        server.stop(grace);
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket());
        Files.delete(directory);
    }
}
