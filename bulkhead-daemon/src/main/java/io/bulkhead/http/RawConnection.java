package io.bulkhead.http;

import java.io.InputStream;
import java.io.OutputStream;

/// A connection after its upgrade.
record RawConnection(InputStream input, OutputStream output, Connection connection) implements Exchange.Upgraded {

    @Override
    public void close() {
        connection.endGently();
    }
}
