/// JSON as a tree: reading what the daemon sends, field by field, and writing what is sent or shown.
/// Start with [Json]. Only the streaming half of Jackson is used: no data binding, which would cost start-up time.
@NullMarked
package io.bulkhead.cli.json;

import org.jspecify.annotations.NullMarked;
