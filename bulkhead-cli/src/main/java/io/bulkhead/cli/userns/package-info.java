/// `bulkhead userns`: which container has which ids of the host.
@NullMarked
package io.bulkhead.cli.userns;

import org.jspecify.annotations.NullMarked;
