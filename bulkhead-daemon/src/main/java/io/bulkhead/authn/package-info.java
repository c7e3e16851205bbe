/// Who is asking, from the kernel: peer credentials of unix sockets. No identity, no service.
@NullMarked
package io.bulkhead.authn;

import org.jspecify.annotations.NullMarked;
