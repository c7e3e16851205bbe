/// The verbs on containers.
@NullMarked
package io.bulkhead.cli.container;

import org.jspecify.annotations.NullMarked;
