package io.bulkhead.dockerapi;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.AccessDeniedException;
import io.bulkhead.audit.Gate;
import io.bulkhead.http.Exchange;
import io.bulkhead.http.Handler;
import io.bulkhead.name.Names;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the route of a request and turns what goes wrong into Docker's errors. Whatever happens, every request is put
/// to the gate exactly once: by its route, or by this class when it failed before, so that somebody without rights
/// hears 403 and nothing else.
public final class Router implements Handler {

    private final List<Entry> entries;
    private final Gate gate;

    private record Entry(Route route, PathPattern pattern) {}

    private record Found(Route route, Map<String, String> parameters) {}

    public Router(List<Route> routes, Gate gate) {
        this.gate = gate;
        entries = routes.stream()
                .map(route -> new Entry(route, new PathPattern(route.pattern())))
                .sorted(Comparator.comparingInt(entry -> -entry.pattern().fixedWords()))
                .toList();
        requireDistinct(routes);
    }

    private static void requireDistinct(List<Route> routes) {
        var seen = new java.util.HashSet<String>();
        for (Route route : routes) {
            String shape = route.method() + " " + route.pattern().replaceAll("\\{[^.}]*", "{");
            if (!seen.add(shape)) {
                throw new IllegalArgumentException("two routes answer " + route.method() + " " + route.pattern());
            }
        }
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        Release.headers().forEach(exchange::setHeader);
        Optional<RequestPath> path = RequestPath.of(exchange.path());
        Optional<Found> found = path.flatMap(p -> find(exchange.method(), p.segments()));
        if (path.isEmpty() || found.isEmpty()) {
            answerUnknown(exchange);
            return;
        }
        Route route = found.get().route();
        answer(route, new Call(exchange, path.get().version(), found.get().parameters(), route.operation(), gate));
    }

    private Optional<Found> find(String method, List<String> segments) {
        for (Entry entry : entries) {
            if (entry.route().method().equals(method)) {
                Optional<Map<String, String>> parameters = entry.pattern().match(segments);
                if (parameters.isPresent()) {
                    return Optional.of(new Found(entry.route(), parameters.get()));
                }
            }
        }
        return Optional.empty();
    }

    private void answer(Route route, Call call) throws IOException {
        try {
            requireSupported(call.version());
            route.action().answer(call);
            call.ended(Optional.empty(), Optional.empty());
        } catch (RuntimeException thrown) {
            if (call.answerBegun()) {
                call.ended(Optional.empty(), Optional.of(ErrorWord.of(thrown)));
                // The status is sent. The server logs this and closes the connection, which tells the client.
                throw thrown;
            }
            RuntimeException judged = judged(call, thrown);
            Failure failure = Failure.of(judged);
            call.ended(Optional.of(failure.status()), failed(failure, judged));
            tell(call.rawExchange(), failure);
        } catch (IOException gone) {
            RuntimeException judged = judged(call, new IllegalStateException("the request could not be read"));
            call.ended(Optional.empty(), Optional.of(ErrorWord.CLIENT_GONE));
            if (judged instanceof AccessDeniedException && !call.answerBegun()) {
                tell(call.rawExchange(), Failure.of(judged));
                return;
            }
            throw gone;
        }
    }

    /// `docker start` of what runs is answered with 304, and that is no failure.
    private static Optional<String> failed(Failure failure, RuntimeException thrown) {
        return failure.status() < 400 ? Optional.empty() : Optional.of(ErrorWord.of(thrown));
    }

    /// A failure before the gate was asked: it is asked now, and what it says comes first.
    private RuntimeException judged(Call call, RuntimeException thrown) {
        if (call.asked()) {
            return thrown;
        }
        Exchange exchange = call.rawExchange();
        try {
            var _ = call.judged(call.operation(), Target.object("unresolved " + shown(exchange)), Set.of());
            return thrown;
        } catch (RuntimeException refusal) {
            refusal.addSuppressed(thrown);
            return refusal;
        }
    }

    private static void requireSupported(ApiVersion version) {
        if (version.compareTo(ApiVersion.CURRENT) > 0) {
            throw new Refusal(
                    400,
                    "client version " + version + " is too new. Maximum supported API version is "
                            + ApiVersion.CURRENT);
        }
        if (version.compareTo(ApiVersion.MINIMUM) < 0) {
            throw new Refusal(
                    400,
                    "client version " + version + " is too old. Minimum supported API version is " + ApiVersion.MINIMUM
                            + ", please upgrade your client to a newer version");
        }
    }

    /// Recorded as refused; told as dockerd tells it.
    private void answerUnknown(Exchange exchange) throws IOException {
        Failure failure;
        try {
            gate.require(exchange.caller(), Operation.UNKNOWN, Target.object(shown(exchange)), Set.of());
            failure = new Failure(404, "page not found");
        } catch (AccessDeniedException _) {
            failure = new Failure(404, "page not found");
        } catch (RuntimeException thrown) {
            failure = Failure.of(thrown);
        }
        tell(exchange, failure);
    }

    private static String shown(Exchange exchange) {
        return Names.shown(exchange.method() + " " + exchange.path());
    }

    private static void tell(Exchange exchange, Failure failure) throws IOException {
        if (failure.status() == 304) {
            exchange.answerEmpty(304);
            return;
        }
        Json.answer(exchange, failure.status(), Map.of("message", failure.message()));
    }
}
