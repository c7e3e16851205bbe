/// Named and anonymous volumes.
@NullMarked
package io.bulkhead.volume;

import org.jspecify.annotations.NullMarked;
