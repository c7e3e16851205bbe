/// What all verbs share: the [Verb] class, its streams, and the failures that become exit codes.
@NullMarked
package io.bulkhead.cli.verb;

import org.jspecify.annotations.NullMarked;
