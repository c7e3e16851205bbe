/// Who is asking: the peer credentials of unix sockets, client certificates, and tokens that this daemon gave out.
/// No identity, no service. Start with [Callers]. Nothing here decides what anybody may do.
@NullMarked
package io.bulkhead.authn;

import org.jspecify.annotations.NullMarked;
