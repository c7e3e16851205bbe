/// The part of Go's `text/template` that people use with `--format`. Start with [Template].
/// What is not supported is refused by name; it is never printed half done.
@NullMarked
package io.bulkhead.cli.template;

import org.jspecify.annotations.NullMarked;
