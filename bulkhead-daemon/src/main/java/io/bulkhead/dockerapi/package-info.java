/// The Docker Engine API over the engine: decodes each request once, strictly, and answers as Docker does.
@NullMarked
package io.bulkhead.dockerapi;

import org.jspecify.annotations.NullMarked;
