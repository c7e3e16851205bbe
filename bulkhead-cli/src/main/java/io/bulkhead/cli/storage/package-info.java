/// The verbs on volumes.
@NullMarked
package io.bulkhead.cli.storage;

import org.jspecify.annotations.NullMarked;
