/// Questions about roles: what they are, what they would decide, and why. Start with [AccessRoutes].
@NullMarked
package io.bulkhead.dockerapi.access;

import org.jspecify.annotations.NullMarked;
