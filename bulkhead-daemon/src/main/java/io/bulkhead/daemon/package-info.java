/// The process: configuration, start, sockets, shutdown.
@NullMarked
package io.bulkhead.daemon;

import org.jspecify.annotations.NullMarked;
