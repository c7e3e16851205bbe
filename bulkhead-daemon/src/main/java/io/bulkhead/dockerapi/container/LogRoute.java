package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Operation;
import io.bulkhead.container.Containers.LogEntry;
import io.bulkhead.container.Containers.LogReader;
import io.bulkhead.container.Containers.LogRequest;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Timestamps;
import io.bulkhead.dockerapi.stream.Frames;
import io.bulkhead.http.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/// `GET /containers/{id}/logs`.
final class LogRoute {

    /// Nine digits always, so that lines keep their columns (RFC 3339).
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Backend backend;

    LogRoute(Backend backend) {
        this.backend = backend;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/containers/{id}/logs", Operation.CONTAINER_LOGS, this::logs));
    }

    private void logs(Call call) throws IOException {
        LogRequest request = request(call.exchange(), backend.clock());
        boolean timestamps = Query.flag(call.exchange(), "timestamps");
        Subject subject = Subject.of(call, backend);
        boolean tty = subject.container().spec().io().tty();
        try (LogReader reader = backend.containers().logs(subject.allowed(), subject.id(), request)) {
            call.exchange().whenDisconnected(reader::close);
            String type = StreamTypes.answered(call.version(), tty);
            var frames = new Frames(call.exchange().stream(200, type), tty);
            for (Optional<LogEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                byte[] bytes = timestamps ? stamped(entry.get()) : entry.get().bytes();
                frames.write(entry.get().stream(), bytes);
            }
        }
    }

    static LogRequest request(Exchange exchange, Clock clock) {
        boolean stdout = Query.flag(exchange, "stdout");
        boolean stderr = Query.flag(exchange, "stderr");
        if (!stdout && !stderr) {
            throw new EngineException(Reason.INVALID, "Bad parameters: you must choose at least one stream");
        }
        return new LogRequest(
                stdout,
                stderr,
                Query.flag(exchange, "follow"),
                time(exchange, "since", clock),
                time(exchange, "until", clock),
                tail(exchange));
    }

    /// Docker reads 0 as "not given".
    private static Optional<Instant> time(Exchange exchange, String name, Clock clock) {
        return Query.given(exchange, name)
                .filter(text -> !text.equals("0"))
                .map(text -> Timestamps.parse(text, clock.instant()));
    }

    /// As Docker: what is no number means all.
    private static int tail(Exchange exchange) {
        String text = Query.text(exchange, "tail");
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }

    static byte[] stamped(LogEntry entry) {
        byte[] time = (TIME.format(entry.time()) + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[time.length + entry.bytes().length];
        System.arraycopy(time, 0, line, 0, time.length);
        System.arraycopy(entry.bytes(), 0, line, time.length, entry.bytes().length);
        return line;
    }
}
