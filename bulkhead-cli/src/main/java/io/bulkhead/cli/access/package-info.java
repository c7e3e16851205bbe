/// Verbs about roles: who may do what, and why.
@NullMarked
package io.bulkhead.cli.access;

import org.jspecify.annotations.NullMarked;
