/// Routes about the engine as a whole: ping, version, info, disk usage, events, the record, and what is not there.
/// Start with [ApiRoutes].
@NullMarked
package io.bulkhead.dockerapi.system;

import org.jspecify.annotations.NullMarked;
