/// The daemon's API over its unix socket or TLS. Start with [Api]; [Endpoint] says where the daemon is.
/// Nothing here prints, and nothing here decides: a refusal of the daemon is passed on in its own words.
@NullMarked
package io.bulkhead.cli.api;

import org.jspecify.annotations.NullMarked;
