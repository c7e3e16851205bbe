/// The user's terminal and the streams of a container: raw mode, size, signals, detach keys, separating stdout from
/// stderr. Start with [Session]. A terminal that was changed is restored on every way out of the program.
@NullMarked
package io.bulkhead.cli.terminal;

import org.jspecify.annotations.NullMarked;
