package io.bulkhead.dockerapi;

import io.bulkhead.http.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An answer of JSON objects, one a line, each sent when it is written. The answer begins with the first of them, so
/// whatever goes wrong before can still be told with a status. It ends when the route returns; a route that throws cuts
/// it off, so that the client sees that something is missing. May be used from several threads.
public final class JsonLines {

    private final Exchange exchange;
    private @Nullable OutputStream out;

    public JsonLines(Exchange exchange) {
        this.exchange = exchange;
    }

    /// Sends the status now, for a client that waits for it.
    public synchronized void begin() throws IOException {
        if (out == null) {
            out = exchange.stream(200, Json.TYPE);
        }
    }

    public void write(Object value) throws IOException {
        writeRaw(Json.bytes(value));
    }

    /// @param line with its newline
    public synchronized void writeRaw(byte[] line) throws IOException {
        begin();
        if (out != null) {
            out.write(line);
        }
    }

    /// Ends with an error as Docker's progress streams do, or throws it again when nothing was sent yet.
    public synchronized void fail(RuntimeException thrown) throws IOException {
        if (out == null) {
            throw thrown;
        }
        Failure failure = Failure.of(thrown);
        if (exchange instanceof GuardedExchange guarded) {
            guarded.failed(ErrorWord.of(thrown));
        }
        write(Json.object(
                "errorDetail",
                Json.object("code", failure.status(), "message", failure.message()),
                "error",
                failure.message()));
    }

    /// A line of progress; `id` may be empty.
    public void status(String id, String status) throws IOException {
        write(id.isEmpty() ? Map.of("status", status) : Json.object("status", status, "id", id));
    }
}
