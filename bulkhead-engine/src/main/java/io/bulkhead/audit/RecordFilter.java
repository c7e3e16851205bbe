package io.bulkhead.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Which records somebody wants to see. The outcome of a call is shown with the call.
///
/// @param who a subject (`unix:1000`), a uid, also that of the login, or the id of a certificate or token
/// @param container its name, or its id or the beginning of that
/// @param decision `allowed`, `refused`, `would be refused`, or `failed` for what was allowed and failed
public record RecordFilter(
        Optional<String> who,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<String> container,
        Optional<String> operation,
        Optional<String> decision) {

    /// Records as they are passed in order: an outcome only says which record it belongs to.
    public final class Pass {

        private final Set<Long> shown = new HashSet<>();
        private final Set<Long> failed;

        private Pass(Set<Long> failed) {
            this.failed = failed;
        }

        public boolean takes(String line) {
            JsonNode record = record(line);
            if (record.path("kind").asString("").equals("outcome")) {
                return shown.remove(record.path("of").asLong(0)) || (everything() && isInTime(record));
            }
            boolean taken = matches(record);
            if (taken) {
                shown.add(record.path("seq").asLong(0));
            }
            return taken;
        }

        private boolean matches(JsonNode record) {
            return isInTime(record)
                    && who.map(wanted -> isBy(record, wanted)).orElse(true)
                    && container.map(wanted -> isAbout(record, wanted)).orElse(true)
                    && operation.map(wanted -> is(record, "operation", wanted)).orElse(true)
                    && decision.map(wanted -> isDecided(record, wanted)).orElse(true);
        }

        private boolean isDecided(JsonNode record, String wanted) {
            return wanted.equals("failed")
                    ? failed.contains(record.path("seq").asLong(0))
                    : is(record, "decision", wanted);
        }
    }

    private boolean everything() {
        return Stream.of(who, container, operation, decision).allMatch(Optional::isEmpty);
    }

    /// @param before all records that there are, gone through only when what is asked for shows later than the record
    ///     it is asked of
    public Pass over(Stream<String> before) {
        var failed = new HashSet<Long>();
        if (decision.filter("failed"::equals).isPresent()) {
            before.map(RecordFilter::record)
                    .filter(record -> is(record, "outcome", "failed"))
                    .forEach(record -> failed.add(record.path("of").asLong(0)));
        }
        return new Pass(failed);
    }

    private static JsonNode record(String line) {
        try {
            return JsonFields.MAPPER.readTree(line);
        } catch (JacksonException _) {
            // Shown by nobody who filters; `verify` tells of it.
            return JsonFields.MAPPER.createObjectNode();
        }
    }

    private boolean isInTime(JsonNode record) {
        if (since.isEmpty() && until.isEmpty()) {
            return true;
        }
        try {
            Instant time = Instant.parse(record.path("time").asString(""));
            return since.map(from -> !time.isBefore(from)).orElse(true)
                    && until.map(to -> !time.isAfter(to)).orElse(true);
        } catch (DateTimeException _) {
            return false;
        }
    }

    private static boolean isBy(JsonNode record, String wanted) {
        return Stream.of("caller", "uid", "login_uid", "certificate", "token")
                .anyMatch(field -> is(record, field, wanted));
    }

    private static boolean isAbout(JsonNode record, String wanted) {
        String[] idAndName = record.path("container").asString("").split(" ", 2);
        return !idAndName[0].isEmpty()
                && (idAndName[0].startsWith(wanted) || idAndName[idAndName.length - 1].equals(wanted));
    }

    private static boolean is(JsonNode record, String field, String wanted) {
        return record.path(field).asString("").equals(wanted);
    }
}
