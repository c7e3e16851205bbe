/// The command line: picocli commands over the API.
@NullMarked
package io.bulkhead.cli;

import org.jspecify.annotations.NullMarked;
