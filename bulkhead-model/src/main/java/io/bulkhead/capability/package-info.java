/// Linux capabilities (capabilities(7)) as a closed set of names. Start with [Capability].
@NullMarked
package io.bulkhead.capability;

import org.jspecify.annotations.NullMarked;
