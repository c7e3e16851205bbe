package io.bulkhead.http;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/// Where a server waits for connections. There is none over the network without TLS.
public sealed interface Listener {

    /// A unix socket the server makes. What mode it gets is the business of whoever puts it in its place.
    record At(Path path) implements Listener {}

    /// A listening unix socket this process was started with, already close-on-exec and non-blocking.
    record Inherited(int descriptor) implements Listener {}

    /// A TCP socket behind TLS.
    record Secured(InetSocketAddress address, Tls tls) implements Listener {
        @Override
        public String toString() {
            return "tcp " + address.getAddress().getHostAddress() + " port " + address.getPort();
        }
    }
}
