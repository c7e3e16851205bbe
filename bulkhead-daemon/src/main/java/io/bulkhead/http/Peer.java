package io.bulkhead.http;

import io.bulkhead.access.Caller;
import java.util.List;

/// The other end of one connection.
@FunctionalInterface
public interface Peer {

    /// Who asks, looked at for every request, on a thread that may block.
    ///
    /// @throws UnidentifiedException when nobody: the request is answered with that and goes no further
    Caller identify(Claim claim) throws UnidentifiedException;

    /// What a request says about who sends it.
    ///
    /// @param request for the record: method and path
    /// @param authorization the values of all its `Authorization` headers
    record Claim(String request, List<String> authorization) {
        public Claim {
            authorization = List.copyOf(authorization);
        }
    }
}
