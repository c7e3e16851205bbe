/// Containers as the Docker Engine API shows them, field by field in its spelling. Reads, never decides.
@NullMarked
package io.bulkhead.dockerapi.show;

import org.jspecify.annotations.NullMarked;
