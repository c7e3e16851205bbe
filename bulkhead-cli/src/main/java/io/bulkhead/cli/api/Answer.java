package io.bulkhead.cli.api;

import java.io.InputStream;
import java.io.OutputStream;

/// An answer of the daemon, read as it comes.
///
/// @param raw where to write on a connection that was turned into a raw one
public record Answer(int status, String contentType, InputStream body, OutputStream raw, Connection connection)
        implements AutoCloseable {

    /// No more will be written; reading goes on.
    public void endOutput() {
        connection.shutdownOutput();
    }

    @Override
    public void close() {
        connection.close();
    }
}
