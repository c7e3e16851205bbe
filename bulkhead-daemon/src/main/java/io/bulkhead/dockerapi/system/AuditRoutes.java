package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.AuditReader;
import io.bulkhead.audit.Following;
import io.bulkhead.audit.RecordFilter;
import io.bulkhead.chain.CheckpointKey;
import io.bulkhead.chain.Verdict;
import io.bulkhead.dockerapi.AuditTrail;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.JsonLines;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.Timestamps;
import io.bulkhead.http.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The record, as it stands in its files. Reading it is on the record too.
final class AuditRoutes {

    private static final int USUAL_TAIL = 100;
    private static final int LONGEST_TAIL = 100_000;
    private static final String ALL = "all";
    private static final Target RECORD = Target.object("audit");

    private final AuditTrail trail;
    private final AuditReader reader;
    private final Clock clock;

    AuditRoutes(Backend backend) {
        trail = backend.audit();
        reader = new AuditReader(trail.directory());
        clock = backend.clock();
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/bulkhead/v1/audit", Operation.AUDIT_READ, this::read),
                new Route("GET", "/bulkhead/v1/audit/verify", Operation.AUDIT_READ, this::verify),
                new Route("GET", "/bulkhead/v1/audit/key", Operation.AUDIT_READ, this::key),
                new Route("GET", "/bulkhead/v1/audit/sinks", Operation.AUDIT_READ, this::sinks));
    }

    private void read(Call call) throws IOException {
        Exchange exchange = call.exchange();
        boolean all = Query.text(exchange, "tail").equals(ALL);
        int count = all ? 0 : Query.number(exchange, "tail", USUAL_TAIL, LONGEST_TAIL);
        boolean follow = Query.flag(exchange, "follow");
        RecordFilter filter = filter(exchange);
        call.allow(RECORD);
        try (Following following = all ? reader.from(1) : reader.follow(count);
                Stream<String> before = everything()) {
            var lines = new JsonLines(exchange);
            RecordFilter.Pass pass = filter.over(before);
            lines.begin();
            exchange.whenDisconnected(following::close);
            // Not the call that reads it: it would never come to an end of what it makes longer.
            long last = follow ? Long.MAX_VALUE : reader.last();
            for (Optional<String> line = next(following, follow); line.isPresent(); line = next(following, follow)) {
                if (pass.takes(line.get())) {
                    lines.writeRaw((line.get() + "\n").getBytes(StandardCharsets.UTF_8));
                }
                if (!follow && line.get().startsWith("{\"seq\":" + last + ",")) {
                    return;
                }
            }
        }
    }

    private static Optional<String> next(Following following, boolean follow) {
        return follow ? following.next() : following.poll();
    }

    /// Read only if somebody asks for it.
    private Stream<String> everything() {
        return Stream.of(1L).flatMap(first -> {
            Following whole = reader.from(first);
            return Stream.generate(whole::poll)
                    .takeWhile(Optional::isPresent)
                    .map(Optional::orElseThrow)
                    .onClose(whole::close);
        });
    }

    private RecordFilter filter(Exchange exchange) {
        Optional<String> decision = Query.given(exchange, "decision");
        if (decision.isPresent()
                && !List.of("allowed", "refused", "would be refused", "failed").contains(decision.get())) {
            throw new IllegalArgumentException("decision: it is allowed, refused, failed or `would be refused`");
        }
        return new RecordFilter(
                Query.given(exchange, "who"),
                moment(exchange, "since"),
                moment(exchange, "until"),
                Query.given(exchange, "container"),
                Query.given(exchange, "operation"),
                decision);
    }

    private Optional<Instant> moment(Exchange exchange, String name) {
        return Query.given(exchange, name).map(text -> Timestamps.parse(text, clock.instant()));
    }

    private void verify(Call call) throws IOException {
        Optional<String> head = Query.given(call.exchange(), "head");
        if (head.filter(digest -> !digest.matches("[0-9a-f]{64}")).isPresent()) {
            throw new IllegalArgumentException("head: a digest is 64 digits and letters from a to f");
        }
        Optional<CheckpointKey> given = Query.given(call.exchange(), "key").map(CheckpointKey::ofPem);
        call.allow(RECORD);
        Verdict verdict = reader.verify(List.of(given.orElse(trail.key())), head);
        Json.answer(
                call.exchange(),
                200,
                Json.object(
                        "Whole", verdict.whole(),
                        "Problem", verdict.problem().map(Verdict.Problem::text).orElse(""),
                        "Record", verdict.problem().map(Verdict.Problem::record).orElse(0L),
                        "First", verdict.first(),
                        "Records", verdict.last(),
                        "Head", verdict.head(),
                        "Signed", verdict.signed(),
                        "SignedAt", verdict.signedAt(),
                        "Key", verdict.key()));
    }

    private void key(Call call) throws IOException {
        call.allow(RECORD);
        Json.answer(
                call.exchange(),
                200,
                Json.object("Id", trail.key().id(), "Public", trail.key().pem()));
    }

    private void sinks(Call call) throws IOException {
        call.allow(RECORD);
        long last = reader.last();
        Json.answer(
                call.exchange(),
                200,
                Json.object(
                        "Last",
                        last,
                        "LostOutcomes",
                        trail.lostOutcomes().getAsLong(),
                        "Sinks",
                        trail.sinks().get().stream()
                                .map(sink -> Json.object(
                                        "Name", sink.name(),
                                        "Where", sink.where(),
                                        "State", sink.state().name().toLowerCase(java.util.Locale.ROOT),
                                        "Problem", sink.problem().orElse(""),
                                        "Position", sink.position(),
                                        "Behind", Math.max(0, last - sink.position()),
                                        "Sent", sink.sent(),
                                        "Lost", sink.lost()))
                                .toList()));
    }
}
