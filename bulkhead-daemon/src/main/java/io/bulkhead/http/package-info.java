/// HTTP/1.1 over unix sockets on Netty, one virtual thread per request above it: routes, bodies, streams, and upgrades
/// to
/// a raw connection. Knows nothing of containers.
@NullMarked
package io.bulkhead.http;

import org.jspecify.annotations.NullMarked;
