/// Logins to registries, in the user's Docker configuration or with its credential helpers. Start with [Logins].
/// A secret is in memory, in a request to the daemon and in the pipe to a helper; never in a message or an argument.
@NullMarked
package io.bulkhead.cli.registry;

import org.jspecify.annotations.NullMarked;
