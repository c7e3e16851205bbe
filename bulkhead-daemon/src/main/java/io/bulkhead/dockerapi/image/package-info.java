/// Routes about images.
@NullMarked
package io.bulkhead.dockerapi.image;

import org.jspecify.annotations.NullMarked;
