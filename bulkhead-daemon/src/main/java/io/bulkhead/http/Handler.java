package io.bulkhead.http;

import java.io.IOException;

/// Answers requests. What it throws is answered with 500 and logged by the server, unless the answer has begun:
/// then the connection is closed.
@FunctionalInterface
public interface Handler {

    /// @throws IOException when the client has gone
    void handle(Exchange exchange) throws IOException;
}
