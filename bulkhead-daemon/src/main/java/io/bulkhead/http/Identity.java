package io.bulkhead.http;

import io.bulkhead.access.Caller;
import java.io.IOException;

/// Finds out who is at the other end of a connection.
@FunctionalInterface
public interface Identity {

    /// @param descriptor the connected socket, open during the call only
    /// @throws IOException when nobody can tell: the connection is closed before a byte of it is read
    Caller of(int descriptor) throws IOException;
}
