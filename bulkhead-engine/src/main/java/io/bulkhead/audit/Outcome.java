package io.bulkhead.audit;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How an allowed operation ended.
///
/// @param of the number of the record that it was allowed by
/// @param status of the HTTP answer, where there was one
/// @param error a fixed word for what went wrong, never a message: messages quote what callers wrote. Empty when the
///     operation did what it was asked for
public record Outcome(
        long of,
        Caller caller,
        Operation operation,
        Target target,
        OptionalInt status,
        Optional<String> error,
        Duration took) {}
