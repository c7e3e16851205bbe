/// Routes about volumes.
@NullMarked
package io.bulkhead.dockerapi.volume;

import org.jspecify.annotations.NullMarked;
