/// How verbs show things: listings ([Listing]) as a table, JSON lines or a template, and progress on a terminal.
@NullMarked
package io.bulkhead.cli.output;

import org.jspecify.annotations.NullMarked;
