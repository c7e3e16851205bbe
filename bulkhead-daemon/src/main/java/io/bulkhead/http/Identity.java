package io.bulkhead.http;

import java.io.IOException;

/// Finds out who is at the other end of a connection.
@FunctionalInterface
public interface Identity {

    /// @throws IOException when nobody can tell: the connection is closed before a request on it is read
    Peer of(Link link) throws IOException;
}
