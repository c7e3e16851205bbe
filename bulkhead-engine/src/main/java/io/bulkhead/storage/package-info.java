/// Files that outlive a crash: what is on the disk and what is not yet.
@NullMarked
package io.bulkhead.storage;

import org.jspecify.annotations.NullMarked;
