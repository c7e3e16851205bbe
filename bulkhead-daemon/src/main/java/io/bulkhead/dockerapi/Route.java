package io.bulkhead.dockerapi;

import io.bulkhead.access.Operation;
import java.io.IOException;

/// One way into the engine. There is no route without an operation.
///
/// @param method for example `GET`
/// @param pattern the path without the version, for example `/containers/{id}/json`; `{name...}` takes the rest of the
/// path with its slashes
public record Route(String method, String pattern, Operation operation, Action action) {

    /// Answers the call. The exceptions of the engine's packages are turned into answers in one place, the [Router].
    @FunctionalInterface
    public interface Action {
        void answer(Call call) throws IOException;
    }
}
