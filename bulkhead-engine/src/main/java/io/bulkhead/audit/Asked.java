package io.bulkhead.audit;

import io.bulkhead.access.Allowed;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// An allowed operation that is on the record and whose end is still to be recorded, once.
public final class Asked {

    private final Allowed allowed;
    private final AuditLog log;
    private final long number;
    private final long begun = System.nanoTime();

    Asked(Allowed allowed, AuditLog log, long number) {
        this.allowed = allowed;
        this.log = log;
        this.number = number;
    }

    public Allowed allowed() {
        return allowed;
    }

    /// @param error a fixed word, see [Outcome]
    public void ended(OptionalInt status, Optional<String> error) {
        log.ended(new Outcome(
                number,
                allowed.caller(),
                allowed.operation(),
                allowed.target(),
                status,
                error,
                Duration.ofNanos(System.nanoTime() - begun)));
    }
}
