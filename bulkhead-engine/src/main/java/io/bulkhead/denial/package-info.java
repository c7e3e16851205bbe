/// System calls that filters refused: read from the kernel, counted by container, told once.
///
/// Start with [DenialWatch], which reads and counts, and [Denial], what is known of one refused call of one
/// container. [Owners] says whose a host user is.
///
/// What a container does in a loop must not flood a log or slow the host: each call is told once, then counted, and
/// a container that is refused thousands of times a second is muted in the kernel for a while (docs/seccomp.md).
@NullMarked
package io.bulkhead.denial;

import org.jspecify.annotations.NullMarked;
