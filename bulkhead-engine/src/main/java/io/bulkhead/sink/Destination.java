package io.bulkhead.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// An open way to another log. Used by one thread, except [#close].
interface Destination extends AutoCloseable {

    /// Hands one record over.
    void send(Line line) throws IOException;

    /// Looks whether the other end is still there.
    void check() throws IOException;

    /// How long a record may be on its way before a [#check] that finds nothing wrong means that it arrived.
    Duration delay();

    /// Why nothing is wanted at the moment: then records are passed over.
    default Optional<String> off() {
        return Optional.empty();
    }

    /// Ends it once all has arrived.
    ///
    /// @return whether the other end said that it has
    default boolean finish() {
        return false;
    }

    /// From any thread; whoever waits in [#send] is let go.
    @Override
    void close();
}
