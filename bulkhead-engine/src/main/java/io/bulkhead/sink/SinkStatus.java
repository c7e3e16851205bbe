package io.bulkhead.sink;

import java.util.Optional;

/// How a sink does.
///
/// @param problem why it does not get anything at the moment
/// @param position the number of the last record that it has for sure
/// @param sent how many it got since the daemon started, some perhaps twice
/// @param lost how many it will never get, since they were removed before
public record SinkStatus(
        String name, String where, State state, Optional<String> problem, long position, long sent, long lost) {

    public enum State {
        WORKING,
        FAILING,
        /// Nothing is wanted there at the moment.
        OFF
    }
}
