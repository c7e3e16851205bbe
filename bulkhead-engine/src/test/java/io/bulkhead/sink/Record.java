package io.bulkhead.sink;

import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.AuditFile;
import io.bulkhead.audit.AuditSettings;
import io.bulkhead.audit.Gate;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// A real record with short things to say.
final class Record implements AutoCloseable {

    final AuditFile file;

    Record(Path directory) {
        this(directory, AuditSettings.DEFAULTS);
    }

    Record(Path directory, AuditSettings settings) {
        file = AuditFile.open(directory, settings, Clock.systemUTC());
    }

    /// Allowed, and then done or failed.
    void call(String thing, Optional<String> error) {
        new Gate(new Authorizer(), file)
                .ask(user(0), Operation.VOLUME_INSPECT, Target.object(thing), Set.of())
                .ended(OptionalInt.of(error.isEmpty() ? 200 : 500), error);
    }

    void calls(int from, int count) {
        for (int i = from; i < from + count; i++) {
            call("thing-" + i + ";", Optional.empty());
        }
    }

    void refused(String thing) {
        try {
            var _ = new Gate(new Authorizer(), file)
                    .require(user(1000), Operation.VOLUME_REMOVE, Target.object(thing), Set.of());
        } catch (io.bulkhead.audit.AccessDeniedException _) {
            // as it should be
        }
    }

    static Caller user(long uid) {
        return new Caller.UnixUser(uid, uid, List.of(), OptionalInt.empty(), OptionalLong.empty());
    }

    @Override
    public void close() {
        file.close();
    }
}
