/// What survives `kill -9` of the daemon: all that was answered, and nothing that was not.
@NullMarked
package io.bulkhead.crash;

import org.jspecify.annotations.NullMarked;
