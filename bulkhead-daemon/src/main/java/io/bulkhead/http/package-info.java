/// HTTP/1.1 over unix sockets and over TLS on Netty, one virtual thread per request above it: bodies, streams, and
/// upgrades to a raw connection. Start with [HttpServer], [Handler] and [Exchange].
///
/// The server refuses what two readers could read in two ways (CVE-2024-41110): nothing above it sees a doubtful
/// request. It never serves a peer without an identity, and knows nothing of containers.
@NullMarked
package io.bulkhead.http;

import org.jspecify.annotations.NullMarked;
