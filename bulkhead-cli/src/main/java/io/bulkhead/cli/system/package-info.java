/// The verbs on the whole daemon, and `inspect` of anything.
@NullMarked
package io.bulkhead.cli.system;

import org.jspecify.annotations.NullMarked;
