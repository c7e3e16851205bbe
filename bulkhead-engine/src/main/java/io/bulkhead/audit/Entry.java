package io.bulkhead.audit;

import io.bulkhead.access.Operation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One record that waits to be written.
///
/// @param operation what asks for it; empty for what may use the last of the room set aside
/// @param written its number, once it is in the file
record Entry(Optional<Operation> operation, Map<String, Object> fields, CompletableFuture<Long> written) {

    Entry(Optional<Operation> operation, Map<String, Object> fields) {
        this(operation, fields, new CompletableFuture<>());
    }
}
