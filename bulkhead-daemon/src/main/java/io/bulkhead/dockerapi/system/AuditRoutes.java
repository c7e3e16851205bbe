package io.bulkhead.dockerapi.system;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.AuditReader;
import io.bulkhead.audit.Following;
import io.bulkhead.chain.Verdict;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.JsonLines;
import io.bulkhead.dockerapi.Query;
import io.bulkhead.dockerapi.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The record, as it stands in its file. Reading it is on the record too.
final class AuditRoutes {

    private static final int USUAL_TAIL = 100;
    private static final int LONGEST_TAIL = 100_000;

    private final AuditReader reader;

    AuditRoutes(Backend backend) {
        reader = new AuditReader(backend.auditDirectory());
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/bulkhead/v1/audit", Operation.AUDIT_READ, this::read),
                new Route("GET", "/bulkhead/v1/audit/verify", Operation.AUDIT_READ, this::verify));
    }

    private void read(Call call) throws IOException {
        int count = Query.number(call.exchange(), "tail", USUAL_TAIL, LONGEST_TAIL);
        boolean follow = Query.flag(call.exchange(), "follow");
        call.allow(Target.object("audit"));
        var lines = new JsonLines(call.exchange());
        if (follow) {
            follow(call, count, lines);
            return;
        }
        lines.begin();
        for (String line : reader.tail(count)) {
            lines.writeRaw(bytes(line));
        }
    }

    private void follow(Call call, int count, JsonLines lines) throws IOException {
        try (Following following = reader.follow(count)) {
            lines.begin();
            call.exchange().whenDisconnected(following::close);
            Optional<String> line = following.next();
            while (line.isPresent()) {
                lines.writeRaw(bytes(line.get()));
                line = following.next();
            }
        }
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void verify(Call call) throws IOException {
        call.allow(Target.object("audit"));
        Verdict verdict = reader.verify(List.of(), Optional.empty());
        Json.answer(
                call.exchange(),
                200,
                Json.object(
                        "Whole", verdict.whole(),
                        "Problem", verdict.problem().map(Verdict.Problem::text).orElse(""),
                        "Records", verdict.last(),
                        "Head", verdict.head()));
    }
}
