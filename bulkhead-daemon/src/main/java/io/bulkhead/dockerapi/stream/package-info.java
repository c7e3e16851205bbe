/// Standard streams over one connection: [Frames] for the two outputs of a process without a terminal, [DetachKeys] for
/// leaving a terminal, [Session] for a client attached to a process. Knows no routes.
@NullMarked
package io.bulkhead.dockerapi.stream;

import org.jspecify.annotations.NullMarked;
