package io.bulkhead.http;

import java.security.cert.X509Certificate;
import java.util.List;

/// What a connection itself says about its other end.
public sealed interface Link {

    /// @param descriptor the connected socket, open during the call only
    record Unix(int descriptor) implements Link {}

    /// @param certificates what the client proved in the handshake to have the key of, its own first; none where the
    /// listener takes connections without
    /// @param address where it comes from
    record Secure(List<X509Certificate> certificates, String address) implements Link {
        public Secure {
            certificates = List.copyOf(certificates);
        }
    }
}
